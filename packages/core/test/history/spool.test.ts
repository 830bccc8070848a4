import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSpool, type Spool } from '../../src/history/spool.ts'
import { decodeRows, encodeRows } from '../../src/history/spool-line.ts'
import { silentLog } from '../../src/log.ts'
import type { CallRecordRow } from '../../src/providers/call-history.ts'
import { aTurn } from '../api/a-turn.ts'
import { aCall } from './a-call.ts'
import { aDataDir } from './a-writer.ts'

function aSpool(dir: string, maxBytes = 64 * 1024 * 1024) {
  const lost = { full: 0, spoilt: 0 }
  const onLost = (rows: number, why: 'full' | 'spoilt'): void => {
    lost[why] += rows
  }
  return { spool: openSpool({ dir, maxBytes, log: silentLog, onLost }), lost }
}

async function takeAll(spool: Spool): Promise<CallRecordRow[]> {
  const rows: CallRecordRow[] = []
  for (let segment = await spool.oldest(); segment !== null; segment = await spool.oldest()) {
    rows.push(...segment.rows)
    await segment.remove()
  }
  return rows
}

/** A spool of three calls that a process left, as the bytes of its one file. */
async function leftBehind(): Promise<{ dir: string; path: string; calls: CallRecordRow[] }> {
  const dir = await aDataDir()
  const { spool } = aSpool(dir)
  const calls = [aCall(), aCall({ unit: 'ção' }), aCall()]
  await spool.append(calls)
  await spool.close()
  const [name = ''] = await readdir(dir)
  return { dir, path: join(dir, name), calls }
}

describe('the spool', () => {
  test('gives rows back in the order in which they came, and then nothing', async () => {
    const dir = await aDataDir()
    const { spool } = aSpool(dir)
    const calls = Array.from({ length: 2_000 }, () => aCall())
    for (let at = 0; at < calls.length; at += 100) await spool.append(calls.slice(at, at + 100))
    expect(spool.waiting()).toBe(2_000)
    expect(await takeAll(spool)).toEqual(calls)
    expect(spool.waiting()).toBe(0)
    expect(await readdir(dir)).toEqual([])
  })

  test('takes lines of another version, whose traces are missing or others', async () => {
    const { turns: _, ...old } = aCall()
    const strange = { ...aCall(), turns: [{ turn: 'first' }] } as unknown as CallRecordRow
    const good = aCall({ turns: [aTurn()] })
    const { rows, spoilt } = decodeRows(encodeRows([old as CallRecordRow, strange, good]))
    expect(rows).toEqual([{ ...old, turns: null }, { ...strange, turns: null }, good])
    expect(spoilt).toBe(0)
  })

  test('gives rows again that were given back', async () => {
    const { dir, calls } = await leftBehind()
    const { spool } = aSpool(dir)
    const first = await spool.oldest()
    expect(first?.inherited).toBe(true)
    expect(await spool.oldest()).toBeNull()
    first?.giveBack()
    expect(await takeAll(spool)).toEqual(calls)
  })

  test.each([1, 9, 60])('skips a last line that lacks %i bytes, and counts it', async (missing) => {
    const { dir, path, calls } = await leftBehind()
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, bytes.length - missing))
    const { spool, lost } = aSpool(dir)
    // Without its line's end, but whole.
    const left = missing === 1 ? calls : calls.slice(0, 2)
    expect(await takeAll(spool)).toEqual(left)
    expect(lost.spoilt).toBe(3 - left.length)
  })

  test('skips a line of which the disk flipped a bit, and keeps the others', async () => {
    const { dir, path, calls } = await leftBehind()
    const bytes = await readFile(path)
    const at = encodeRows(calls.slice(0, 1)).length + 40
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(path, bytes)
    const { spool, lost } = aSpool(dir)
    expect(await takeAll(spool)).toEqual([calls[0], calls[2]])
    expect(lost.spoilt).toBe(1)
  })

  test('never appends to a file that a former process left', async () => {
    const { dir, path, calls } = await leftBehind()
    await appendFile(path, 'torn')
    const { spool, lost } = aSpool(dir)
    const call = aCall()
    await spool.append([call])
    expect(await takeAll(spool)).toEqual([...calls, call])
    expect(lost.spoilt).toBe(1)
  })

  test('lets the oldest rows go when it is full, and says how many', async () => {
    const dir = await aDataDir()
    const { spool, lost } = aSpool(dir, 40_000)
    const calls = Array.from({ length: 500 }, () => aCall())
    for (const call of calls) await spool.append([call])
    const kept = await takeAll(spool)
    expect(kept.length).toBeGreaterThan(40)
    expect(kept).toEqual(calls.slice(-kept.length))
    expect(lost.full).toBe(500 - kept.length)
  })

  test('rejects when the folder cannot be, and works as soon as it can', async () => {
    const dir = join(await aDataDir(), 'spool')
    await writeFile(dir, 'a file, where a folder should be')
    const { spool } = aSpool(join(dir, 'inner'))
    await expect(spool.append([aCall()])).rejects.toThrow('ENOTDIR')
    await expect(spool.check()).rejects.toThrow('ENOTDIR')
    await expect(spool.oldest()).rejects.toThrow('ENOTDIR')
    expect(spool.waiting()).toBe(0)
  })
})
