import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Puts `bytes` into a file so that whoever reads it, at any moment, a power cut included, finds the old content or the
 * new one, never a mixture. The folder has to be synced for the new one to last: `syncFolder`.
 */
export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    {
      await using file = await open(temporary, 'w')
      await file.writeFile(bytes)
      await file.sync()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => null)
    throw error
  }
}

/** Makes the names in the folder of `path` last. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
}
