import { ConfigError, messageOf } from '@portaria/core/plugin'
import { randomBytes, randomUUID } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export const role = 'portaria'
export const databaseName = 'portaria'

/** How the embedded server is reached. */
export type Credentials = { readonly password: string; readonly port: number | null }

const schema = z.object({
  password: z.string().regex(/^[\w-]{20,}$/),
  port: z.int().min(1).max(65_535).nullable(),
})

export function credentialsFile(dataDir: string): string {
  return join(dataDir, 'postgres.json')
}

/** Null when there are none yet. Rejects with a ConfigError. */
export async function readCredentials(dataDir: string): Promise<Credentials | null> {
  const path = credentialsFile(dataDir)
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null
    throw new ConfigError(
      `${path} (password and port of the embedded PostgreSQL) cannot be read: ${messageOf(error)}. Let this user` +
        ' read it; or remove it while Portaria is stopped, and the next start sets a new password',
      { cause: error },
    )
  }
}

/** The credentials that there are; where there are none, new ones, the same for all who ask at once. */
export async function makeCredentials(dataDir: string): Promise<Credentials> {
  const draft = await writeDraft(dataDir, {
    password: randomBytes(24).toString('base64url'),
    port: null,
  })
  try {
    // Unlike a rename, this fails where the file exists.
    await link(draft, credentialsFile(dataDir))
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  const made = await readCredentials(dataDir)
  if (made === null) throw new ConfigError(`${credentialsFile(dataDir)} vanished: start again`)
  return made
}

export async function writeCredentials(dataDir: string, credentials: Credentials): Promise<void> {
  await rename(await writeDraft(dataDir, credentials), credentialsFile(dataDir))
}

/** For this user only, and on disk before it gets its name: whoever reads finds the old file or the new one. */
async function writeDraft(dataDir: string, credentials: Credentials): Promise<string> {
  const draft = `${credentialsFile(dataDir)}.${randomUUID()}`
  await using file = await open(draft, 'wx', 0o600)
  await file.writeFile(`${JSON.stringify(credentials)}\n`)
  await file.sync()
  return draft
}

export function urlOf(o: { password: string; port: number }): string {
  return `postgresql://${role}:${o.password}@127.0.0.1:${o.port}/${databaseName}`
}
