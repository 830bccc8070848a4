import { mkdir } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { ConfigError, isConfigError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import {
  generationsIn,
  readGeneration,
  readIfThere,
  rowsIn,
  writeGeneration,
  type Generation,
  type StoredGeneration,
} from './last-good.ts'
import type { Ramal } from './ramal.ts'
import { replaceFile, syncFolder } from './replace-file.ts'

/** Keeps the last good configuration on disk, behind the daemon's back. */
export interface LastGoodWriter extends AsyncDisposable {
  /** Returns at once. Calls are merged: one write at a time, then the latest rows. Wished ports, not effective ones. */
  write(ramais: readonly Ramal[]): void
  /** Resolves when nothing is waiting to be written; never rejects. */
  settled(): Promise<void>
}

type LastGoodOptions = {
  dataDir: string
  log: Log
  /** Told of every write that failed (a ConfigError), and with null when one succeeds after that. */
  onFailure: (error: ConfigError | null) => void
}

/**
 * Writes `ramais_config.json` in the legacy shape for `readLastGood`. What fails is tried again at the next `write`.
 *
 * A `kill -9` at any instant leaves a generation that verifies, because each file is replaced whole and in this order:
 * 1. what is newest, if it verifies, is copied to `.1`, checksum first: meanwhile the newest verifies;
 * 2. the new checksum, then the new content: meanwhile `.1` verifies.
 * If the newest does not verify (a kill during 2, a flipped bit), `.1` is left alone.
 */
export function createLastGoodWriter(o: LastGoodOptions): LastGoodWriter {
  let waiting: readonly Ramal[] | null = null
  let writing: Promise<void> | null = null
  let hasFailed = false
  let kept: readonly Ramal[] | null = null

  const attempt = async (ramais: readonly Ramal[]): Promise<void> => {
    try {
      await writeLastGood(ramais, o)
      kept = ramais
      if (hasFailed) o.onFailure(null)
      hasFailed = false
    } catch (error) {
      hasFailed = true
      o.onFailure(writeRefused(error, o.dataDir))
    }
  }
  const writeAll = async (): Promise<void> => {
    while (waiting !== null) {
      const ramais = waiting
      waiting = null
      await attempt(ramais)
    }
    writing = null
  }
  const settled = async (): Promise<void> => {
    await writing
  }
  return {
    write(ramais) {
      // Most reads find what is kept already: rows that did not change are the same objects.
      if (writing === null && !hasFailed && kept !== null && isSame(kept, ramais)) return
      waiting = ramais
      writing ??= writeAll()
    },
    settled,
    [Symbol.asyncDispose]: settled,
  }
}

function writeRefused(error: unknown, dataDir: string): ConfigError {
  if (isConfigError(error)) return error
  return new ConfigError(
    `cannot keep the last good configuration in ${dataDir}: ${messageOf(error)}. Free some space there, or let this user write there; until then a start without the database serves an older one`,
    { cause: error },
  )
}

async function writeLastGood(
  ramais: readonly Ramal[],
  o: { dataDir: string; log: Log },
): Promise<void> {
  const bytes = await legacyDocument(ramais)
  const { newest, previous } = generationsIn(o.dataDir)
  await mkdir(o.dataDir, { recursive: true })
  const stored = await readGeneration(newest)
  if (stored !== null) {
    if (stored.checksum === 'right' && isEqual(stored.bytes, bytes)) return
    if (stored.checksum !== 'right' && !isEqual(stored.bytes, bytes)) {
      await keepForeign(stored, { newest, previous, log: o.log })
    }
    if (verifies(stored, newest)) await writeGeneration(previous, stored.bytes)
  }
  await writeGeneration(newest, bytes)
}

const rowsASlice = 500

/** One row a line, so that versions can be compared by eye; in slices, so that no audio waits for 10,000 rows. */
async function legacyDocument(ramais: readonly Ramal[]): Promise<Uint8Array> {
  const lines: string[] = []
  for (const [index, ramal] of ramais.entries()) {
    if (index % rowsASlice === rowsASlice - 1) await setImmediate()
    lines.push(`  ${JSON.stringify(legacyRow(ramal))}`)
  }
  const body = lines.length === 0 ? '' : `\n${lines.join(',\n')}\n`
  return new TextEncoder().encode(`{"ramais":[${body}]}\n`)
}

/** `allow` is no column of the legacy table, but a ramal must not lose it and stand open to all. */
function legacyRow(ramal: Ramal): Ramal {
  const { id, ramal_ia, ramal_retorno, ip_servidor, porta_ia, porta_retorno, condominio_id } = ramal
  const allow = ramal.allow === undefined ? {} : { allow: ramal.allow }
  const ports = { porta_ia, porta_retorno }
  return { id, ramal_ia, ramal_retorno, ip_servidor, ...ports, condominio_id, ...allow }
}

const mostCopies = 9

/** A file that is not ours (the legacy service's, or the user's in file mode) is copied before it is replaced. */
async function keepForeign(
  stored: StoredGeneration,
  o: { newest: Generation; previous: Generation; log: Log },
): Promise<void> {
  const before = await readIfThere(o.previous.path)
  // A kill between checksum and content leaves ours without its own checksum.
  if (before !== null && isEqual(before, stored.bytes)) return
  const copy = await copyFor(stored.bytes, `${o.newest.path}.before-database`)
  if (copy === null) return
  await replaceFile(copy, stored.bytes)
  await syncFolder(copy)
  o.log.warn(
    { file: o.newest.path, copy },
    'this file was written or changed by somebody else: a copy is kept, and from now on it holds what the database says',
  )
}

/** The first free name; null when there is such a copy already. */
async function copyFor(bytes: Uint8Array, name: string): Promise<string | null> {
  let free: string | null = null
  for (let number = 1; number <= mostCopies; number += 1) {
    const path = number === 1 ? name : `${name}.${number}`
    const there = await readIfThere(path)
    if (there === null) free ??= path
    else if (isEqual(there, bytes)) return null
  }
  if (free !== null) return free
  throw new ConfigError(
    `${name} and ${mostCopies - 1} more are copies of files that somebody wrote where the last good configuration goes: look at them and move them away; until then it is not kept`,
  )
}

function verifies(stored: StoredGeneration, o: Generation): boolean {
  try {
    rowsIn(stored, o.path)
    return true
  } catch (error) {
    if (!isConfigError(error)) throw error
    return false
  }
}

function isSame(a: readonly Ramal[], b: readonly Ramal[]): boolean {
  return a.length === b.length && a.every((ramal, index) => ramal === b[index])
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
