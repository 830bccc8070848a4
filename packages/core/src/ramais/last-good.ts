import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseJson } from '../config/read-json-file.ts'
import { ConfigError, isConfigError, messageOf } from '../errors.ts'
import { rowsOf } from './ramais-document.ts'
import { replaceFile, syncFolder } from './replace-file.ts'

/** A configuration on disk, its checksum beside it (`sha256sum -c` reads it). */
export type Generation = { readonly path: string; readonly checksumPath: string }

/** The newest configuration, and the one before it. */
export function generationsIn(dataDir: string): { newest: Generation; previous: Generation } {
  const path = join(dataDir, 'ramais_config.json')
  return {
    newest: { path, checksumPath: `${path}.sha256` },
    previous: { path: `${path}.1`, checksumPath: `${path}.1.sha256` },
  }
}

export type StoredGeneration = {
  readonly bytes: Uint8Array
  readonly checksum: 'right' | 'wrong' | 'missing'
}

/** null when there is no such file. Rejects when it cannot be read. */
export async function readGeneration(o: Generation): Promise<StoredGeneration | null> {
  const bytes = await readIfThere(o.path)
  if (bytes === null) return null
  const written = await readIfThere(o.checksumPath)
  if (written === null) return { bytes, checksum: 'missing' }
  const isRight = new TextDecoder().decode(written).split(/\s/)[0] === sha256(bytes)
  return { bytes, checksum: isRight ? 'right' : 'wrong' }
}

/** The rows of a generation. Throws a ConfigError when it must not be used. */
export function rowsIn(stored: StoredGeneration, path: string): readonly unknown[] {
  if (stored.checksum === 'wrong') {
    throw new ConfigError(
      `${path} does not match its checksum ${basename(path)}.sha256: it was damaged or edited; if you edited it, remove the checksum`,
    )
  }
  return rowsOf(parseJson(new TextDecoder().decode(stored.bytes), path), path)
}

/**
 * The checksum goes first: a kill in between leaves a file that is refused, never one that passes for somebody else's
 * because it has no checksum.
 */
export async function writeGeneration(o: Generation, bytes: Uint8Array): Promise<void> {
  await replaceFile(o.checksumPath, `${sha256(bytes)}  ${basename(o.path)}\n`)
  await replaceFile(o.path, bytes)
  await syncFolder(o.path)
}

export type LastGood = {
  /** In the shape of the legacy file, untrusted; null when no generation can be used. */
  readonly rows: readonly unknown[] | null
  /** The file that they are from. */
  readonly from: string | null
  /** What is wrong with the generations that were passed over, for people. */
  readonly notices: readonly string[]
}

/**
 * Reads the last good configuration (database mode): the newest generation that verifies. A file without checksum is
 * accepted, as the legacy service wrote none; one with a wrong checksum, or that is no JSON, is passed over, and that
 * is said. Never rejects.
 */
export async function readLastGood(dataDir: string): Promise<LastGood> {
  const { newest, previous } = generationsIn(dataDir)
  const notices: string[] = []
  for (const { path, checksumPath } of [newest, previous]) {
    try {
      const stored = await readGeneration({ path, checksumPath })
      if (stored === null) continue
      const rows = rowsIn(stored, path)
      if (path === previous.path) notices.push(`using the previous configuration, ${path}`)
      return { rows, from: path, notices }
    } catch (error) {
      notices.push(messageOf(error))
    }
  }
  return { rows: null, from: null, notices }
}

/**
 * The rows that a daemon of ours served last from this folder; none where that is not certain, as with a file without
 * checksum, which somebody else may have written. Never rejects.
 */
export async function readServedBefore(dataDir: string): Promise<readonly unknown[]> {
  const { newest, previous } = generationsIn(dataDir)
  for (const generation of [newest, previous]) {
    try {
      const stored = await readGeneration(generation)
      if (stored?.checksum === 'right') return rowsIn(stored, generation.path)
    } catch (error) {
      if (!isConfigError(error)) throw error
    }
  }
  return []
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null
    throw new ConfigError(
      `cannot read ${path}: ${messageOf(error)}. Make it a file that this user may read, or remove it`,
      { cause: error },
    )
  }
}
