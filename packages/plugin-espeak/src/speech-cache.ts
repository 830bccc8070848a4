import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Log, messageOf } from '@portaria/core/plugin'

/** An entry is this word, the SHA-256 of its samples, and the samples (s16le). */
const magic = Buffer.from('PTRAPCM1')
const headerBytes = magic.length + 32
const entryName = /^[0-9a-f]{64}\.pcm$/
/** Left by a process that was killed while it wrote. */
const unfinishedName = /^[0-9a-f]{64}\.pcm\.[0-9a-f-]+\.tmp$/
const unfinishedMs = 60_000

/** Finished speech on disk. Never throws: without a directory that works, nothing is found and nothing kept. */
export interface SpeechCache {
  /** The samples (s16le) under a key, or null. A damaged entry is removed. */
  read(key: string): Promise<Uint8Array | null>
  /** Keeps them, in the background, and removes what was used longest ago while there is too much. */
  write(key: string, pcm: Uint8Array): void
  /** Resolves when everything that was to be written is. */
  idle(): Promise<void>
}

function sha256(data: Uint8Array | string): Buffer {
  return createHash('sha256').update(data).digest()
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** The samples of an entry that is whole. */
function parseEntry(entry: Buffer): Uint8Array | null {
  const pcm = entry.subarray(headerBytes)
  const isWhole =
    entry.length >= headerBytes &&
    entry.subarray(0, magic.length).equals(magic) &&
    entry.subarray(magic.length, headerBytes).equals(sha256(pcm))
  return isWhole ? pcm : null
}

export function openSpeechCache(o: { directory: string; maxBytes: number; log: Log }): SpeechCache {
  /** Bytes by file name, the one that was used longest ago first. Read when the first entry is written. */
  let known: Map<string, number> | null = null
  let bytes = 0
  let work: Promise<void> = Promise.resolve()
  let warned = false

  function warn(error: unknown): void {
    if (warned) return
    warned = true
    const fields = { directory: o.directory, error: messageOf(error) }
    o.log.warn(fields, 'speech cannot be kept on disk; it is made anew at every start')
  }

  /** One after another, so that two writes never count the same bytes. */
  function enqueue(task: () => Promise<void>): void {
    work = work.then(task).catch(warn)
  }

  async function lookAround(): Promise<Map<string, number>> {
    await mkdir(o.directory, { recursive: true, mode: 0o700 })
    const files: { name: string; size: number; usedAt: number }[] = []
    for (const name of await readdir(o.directory)) {
      const { size, mtimeMs } = await stat(join(o.directory, name))
      if (entryName.test(name)) files.push({ name, size, usedAt: mtimeMs })
      else if (unfinishedName.test(name) && Date.now() - mtimeMs > unfinishedMs) {
        await rm(join(o.directory, name), { force: true })
      }
    }
    files.sort((a, b) => a.usedAt - b.usedAt)
    bytes = files.reduce((sum, { size }) => sum + size, 0)
    return new Map(files.map(({ name, size }) => [name, size]))
  }

  async function forget(name: string): Promise<void> {
    await rm(join(o.directory, name), { force: true })
    bytes -= known?.get(name) ?? 0
    known?.delete(name)
  }

  async function keep(name: string, pcm: Uint8Array): Promise<void> {
    const size = headerBytes + pcm.length
    if (size > o.maxBytes) return
    known ??= await lookAround()
    const path = join(o.directory, name)
    const unfinished = `${path}.${crypto.randomUUID()}.tmp`
    try {
      // What is said may name people: only the daemon's user reads it.
      await writeFile(unfinished, Buffer.concat([magic, sha256(pcm), pcm]), { mode: 0o600 })
      await rename(unfinished, path)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
    bytes += size - (known.get(name) ?? 0)
    known.delete(name)
    known.set(name, size)
    for (const oldest of known.keys()) {
      if (bytes <= o.maxBytes) break
      await forget(oldest)
    }
  }

  async function touch(name: string): Promise<void> {
    const now = new Date()
    await utimes(join(o.directory, name), now, now)
    const size = known?.get(name)
    if (size === undefined) return
    known?.delete(name)
    known?.set(name, size)
  }

  const nameOf = (key: string): string => `${sha256(key).toString('hex')}.pcm`

  return {
    async read(key) {
      const name = nameOf(key)
      try {
        const pcm = parseEntry(await readFile(join(o.directory, name)))
        enqueue(() => (pcm === null ? forget(name) : touch(name)))
        if (pcm === null) o.log.warn({ file: name }, 'a damaged file of speech is made anew')
        return pcm
      } catch (error) {
        if (!isMissing(error)) warn(error)
        return null
      }
    },
    write(key, pcm) {
      enqueue(() => keep(nameOf(key), pcm))
    },
    idle: () => work,
  }
}
