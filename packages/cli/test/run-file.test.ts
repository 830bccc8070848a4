import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findRunning, writeRunFile } from '../src/run-file.ts'

describe('run.json', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portaria-run-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const ours = {
    pid: process.pid,
    api_url: 'http://127.0.0.1:1',
    api_token: 'secret',
    api_cert: null,
    database_url: 'postgresql://portaria:secret@127.0.0.1:5/portaria',
    started_at: 'now',
  }
  const path = (): string => join(folder, 'run.json')

  it('leads to the daemon while it runs, and is gone afterwards', async () => {
    const written = await writeRunFile(folder, ours)
    expect(await findRunning(folder)).toEqual(ours)
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    await written[Symbol.asyncDispose]()
    expect(await findRunning(folder)).toBeNull()
    await expect(stat(path())).rejects.toThrow('ENOENT')
  })

  it('reads the file of a daemon that had neither token nor database', async () => {
    const { pid, api_url, started_at } = ours
    await writeFile(path(), JSON.stringify({ pid, api_url, started_at }))
    expect(await findRunning(folder)).toEqual({ ...ours, api_token: null, database_url: null })
  })

  it('leaves the file of another daemon alone', async () => {
    const written = await writeRunFile(folder, ours)
    const theirs = JSON.stringify({ ...ours, pid: process.ppid })
    await writeFile(path(), theirs)
    await written[Symbol.asyncDispose]()
    expect(await readFile(path(), 'utf8')).toBe(theirs)
  })

  it.each([
    ['a daemon that died', JSON.stringify({ ...ours, pid: 2 ** 22 + 1 })],
    ['a torn file', '{"pid":'],
    ['another shape', '[1]'],
  ])('takes %s for none', async (_what, text) => {
    await writeFile(path(), text)
    expect(await findRunning(folder)).toBeNull()
  })

  it('says which folder cannot be written, and what to do', async () => {
    await writeFile(join(folder, 'file'), '')
    const writing = writeRunFile(join(folder, 'file'), ours)
    await expect(writing).rejects.toThrow(/cannot write .*run\.json.*--data-dir/)
  })
})
