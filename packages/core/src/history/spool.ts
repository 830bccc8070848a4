import { mkdir, open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { CallRecordRow } from '../providers/call-history.ts'
import { syncFolder } from '../ramais/replace-file.ts'
import { createTurns } from '../ramais/turns.ts'
import { decodeRows, encodeRows } from './spool-line.ts'

/** A file is one delivery. */
const segmentRows = 500
const segmentBytes = 256 * 1024
const checkBytes = 64 * 1024
const segmentName = /^(\d{9})\.rows$/

/** Rows taken from the spool for delivery. They stay on disk until `remove`. */
export interface SpoolSegment {
  readonly rows: readonly CallRecordRow[]
  /** Left by a former process. */
  readonly inherited: boolean
  /** They are delivered. Never rejects: a file that cannot be removed is delivered again by the next process. */
  remove(): Promise<void>
  /** They are not: `oldest` gives them again. */
  giveBack(): void
}

/**
 * Rows on disk until they are delivered: append-only files in a folder, oldest first by their names. A file is written by
 * one process only. Calls are served one after the other.
 */
export interface Spool {
  /** Up to 500 rows. Returns once they are on the disk; rejects with the disk's error, and then none of them counts as kept. */
  append(rows: readonly CallRecordRow[]): Promise<void>
  /** Null when there is none, or when it is taken. Rejects when the folder cannot be read. */
  oldest(): Promise<SpoolSegment | null>
  /** Rows on disk. */
  waiting(): number
  /** Rejects with the disk's error unless it takes 64 KB. */
  check(): Promise<void>
  close(): Promise<void>
}

type Segment = {
  readonly path: string
  readonly inherited: boolean
  bytes: number
  rows: number
  taken: boolean
  spoiltSaid: boolean
}

export function openSpool(o: {
  dir: string
  maxBytes: number
  log: Log
  /** Rows that went to make room, or that a kill or the disk spoilt. */
  onLost: (rows: number, why: 'full' | 'spoilt') => void
}): Spool {
  // Nothing aborts it: what is asked before the end is written.
  const { inTurn } = createTurns(new AbortController().signal)
  /** Oldest first; the last one may be `writing`. */
  const segments: Segment[] = []
  let writing: { segment: Segment; file: FileHandle } | null = null
  let nextNumber: number | null = null

  const pathOf = (number: number): string => join(o.dir, `${String(number).padStart(9, '0')}.rows`)
  const look = async (): Promise<number> => {
    await mkdir(o.dir, { recursive: true, mode: 0o700 })
    const numbers = (await readdir(o.dir))
      .flatMap((name) => segmentName.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
    const inherited = await Promise.all(numbers.map((number) => inherit(pathOf(number))))
    segments.push(...inherited.filter((segment) => segment !== null))
    return (numbers.at(-1) ?? 0) + 1
  }
  /** Only this process forgets it: the next start tries again. */
  const unreadable = (path: string, error: unknown): null => {
    o.log.error(
      { file: path, error: messageOf(error) },
      'a file of the spool cannot be read: its calls are not delivered before the next start',
    )
    return null
  }
  const inherit = (path: string): Promise<Segment | null> =>
    inheritedSegment(path).catch((error: unknown) => unreadable(path, error))
  const openSegment = async (): Promise<{ segment: Segment; file: FileHandle }> => {
    nextNumber ??= await look()
    const path = pathOf(nextNumber)
    nextNumber += 1
    const file = await open(path, 'ax', 0o600)
    await syncFolder(path)
    const segment = { path, inherited: false, bytes: 0, rows: 0, taken: false, spoiltSaid: false }
    segments.push(segment)
    return { segment, file }
  }
  const closeSegment = async (): Promise<void> => {
    const closing = writing
    writing = null
    await closing?.file.close()
  }
  const forget = (segment: Segment): void => {
    const at = segments.indexOf(segment)
    if (at >= 0) segments.splice(at, 1)
  }
  const remove = async (segment: Segment): Promise<void> => {
    forget(segment)
    await rm(segment.path, { force: true }).catch((error: unknown) =>
      o.log.warn(
        { file: segment.path, error: messageOf(error) },
        'a delivered file of the spool cannot be removed: the next start delivers it again, which changes nothing',
      ),
    )
  }
  const makeRoom = async (bytes: number): Promise<void> => {
    const used = (): number => segments.reduce((sum, segment) => sum + segment.bytes, 0)
    while (used() + bytes > o.maxBytes) {
      const oldest = segments.find((segment) => !segment.taken && segment !== writing?.segment)
      if (oldest === undefined) return
      await remove(oldest)
      o.onLost(oldest.rows, 'full')
    }
  }
  const write = async (rows: readonly CallRecordRow[]): Promise<void> => {
    nextNumber ??= await look()
    const bytes = encodeRows(rows)
    if ((writing?.segment.rows ?? 0) + rows.length > segmentRows) await closeSegment()
    await makeRoom(bytes.length)
    writing ??= await openSegment()
    const { segment, file } = writing
    try {
      await file.appendFile(bytes)
      await file.datasync()
    } catch (error) {
      // What was written before stays good; the next rows go to a file of their own.
      await file.truncate(segment.bytes).catch(() => null)
      await closeSegment()
      if (segment.rows === 0) await remove(segment)
      throw error
    }
    segment.bytes += bytes.length
    segment.rows += rows.length
    if (segment.bytes >= Math.min(segmentBytes, o.maxBytes / 8)) await closeSegment()
  }
  /** Null: nothing in it can be delivered, and it is forgotten. */
  const read = async (segment: Segment): Promise<CallRecordRow[] | null> => {
    try {
      const { rows, spoilt } = decodeRows(await readFile(segment.path))
      if (spoilt > 0 && !segment.spoiltSaid) o.onLost(spoilt, 'spoilt')
      segment.spoiltSaid = true
      segment.rows = rows.length
      if (rows.length > 0) return rows
      await remove(segment)
      return null
    } catch (error) {
      forget(segment)
      return unreadable(segment.path, error)
    }
  }
  const take = async (): Promise<SpoolSegment | null> => {
    nextNumber ??= await look()
    for (let segment = segments[0]; segment !== undefined; segment = segments[0]) {
      if (segment.taken) return null
      if (segment === writing?.segment) await closeSegment()
      const rows = await read(segment)
      if (rows === null) continue
      const taken = segment
      taken.taken = true
      return {
        rows,
        inherited: taken.inherited,
        remove: () => inTurn(() => remove(taken)),
        giveBack() {
          taken.taken = false
        },
      }
    }
    return null
  }

  const check = async (): Promise<void> => {
    nextNumber ??= await look()
    const path = join(o.dir, 'check')
    try {
      await writeFile(path, new Uint8Array(checkBytes), { mode: 0o600, flush: true })
    } finally {
      await rm(path, { force: true })
    }
  }

  return {
    append: (rows) => inTurn(() => write(rows)),
    oldest: () => inTurn(take),
    waiting: () => segments.reduce((sum, segment) => sum + segment.rows, 0),
    check: () => inTurn(check),
    close: () => inTurn(closeSegment),
  }
}

async function inheritedSegment(path: string): Promise<Segment> {
  const bytes = await readFile(path)
  let rows = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) rows += 1
  return { path, inherited: true, bytes: bytes.length, rows, taken: false, spoiltSaid: false }
}
