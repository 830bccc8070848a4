import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '@portaria/core/plugin'

const recordBytes = 512
const mostEntries = 20_000
const mostBytes = 8 * 1024 ** 3

/**
 * Unpacks a tar archive (ustar, with the long names of GNU and pax) below `folder`, without the one folder that all of
 * it is in. Only files and folders: links and devices are left out, so that nothing is ever written through one. A path
 * that leads elsewhere fails the whole. Throws ConfigError.
 */
export async function untar(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  folder: string,
): Promise<void> {
  const reader = createReader(chunks)
  let longName: string | null = null
  let entries = 0
  let bytes = 0
  for (;;) {
    const header = await reader.take(recordBytes)
    if (header === null || header.every((byte) => byte === 0)) break
    const { name, size, type } = headerOf(header)
    entries += 1
    bytes += size
    if (entries > mostEntries || bytes > mostBytes) throw refused('it holds too much')
    if (type === 'L' || type === 'x') {
      if (size > 65_536) throw refused('a name is too long')
      const text = (await reader.take(size))?.toString('utf8') ?? ''
      longName = type === 'L' ? text.replace(/\0.*$/su, '') : (paxPath(text) ?? longName)
    } else {
      const path = safePath(longName ?? name)
      longName = null
      if (type === '0' && path !== '') await writeFile(join(folder, path), size, reader)
      else await reader.skip(size)
      if (type === '5' && path !== '') mkdirSync(join(folder, path), { recursive: true })
    }
    await reader.skip((recordBytes - (size % recordBytes)) % recordBytes)
  }
  if (entries === 0) throw refused('it is empty, or no tar archive')
}

function refused(why: string): Error {
  return new ConfigError(
    `the archive is refused: ${why}. Look at what the server has there, or name another with --url`,
  )
}

async function writeFile(path: string, size: number, reader: Reader): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'wx', 0o644)
  try {
    await reader.skip(size, (part) => {
      for (let at = 0; at < part.length;) at += writeSync(file, part, at)
    })
  } finally {
    closeSync(file)
  }
}

/** Without the first folder; '' for that folder itself. */
function safePath(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  const strange = parts.some((part) => part === '..' || /[\0\\:]/u.test(part))
  if (strange || name.startsWith('/')) throw refused(`a path leads elsewhere (${printable(name)})`)
  return parts.slice(1).join('/')
}

function printable(name: string): string {
  return JSON.stringify(name.slice(0, 80))
}

function headerOf(header: Buffer): { name: string; size: number; type: string } {
  const text = (from: number, length: number): string =>
    header.toString('utf8', from, from + length).replace(/\0.*$/su, '')
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0)
  if (Number.parseInt(text(148, 8), 8) !== sum) throw refused('a header is damaged')
  const size = Number.parseInt(text(124, 12).trim() || '0', 8)
  if (!Number.isSafeInteger(size) || size < 0) throw refused('a file has no sane size')
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : ''
  const type = header.toString('latin1', 156, 157)
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`
  return { name, size, type: type === '\0' ? '0' : type }
}

function paxPath(text: string): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)/u.exec(text)?.[1] ?? null
}

type Reader = {
  /** Exactly so many bytes; null when nothing is left. */
  take(count: number): Promise<Buffer | null>
  /** Passes over so many bytes, showing them. */
  skip(count: number, show?: (part: Uint8Array) => void): Promise<void>
}

function createReader(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Reader {
  const parts = toAsync(chunks)
  let held: Uint8Array = new Uint8Array(0)
  const some = async (most: number): Promise<Uint8Array | null> => {
    while (held.length === 0) {
      const next = await parts.next()
      if (next.done === true) return null
      held = next.value
    }
    const part = held.subarray(0, most)
    held = held.subarray(part.length)
    return part
  }
  const skip: Reader['skip'] = async (count, show) => {
    for (let left = count; left > 0;) {
      const part = await some(left)
      if (part === null) throw refused('it ends too soon')
      show?.(part)
      left -= part.length
    }
  }
  return {
    skip,
    async take(count) {
      const first = await some(count)
      if (first === null) return null
      const taken = [Buffer.from(first)]
      await skip(count - first.length, (part) => taken.push(Buffer.from(part)))
      return Buffer.concat(taken)
    },
  }
}

async function* toAsync(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* chunks
}
