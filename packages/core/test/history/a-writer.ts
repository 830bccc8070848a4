import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, vi } from 'vitest'
import { createHistoryWriter, type HistoryWriter } from '../../src/history/history-writer.ts'
import type { HistoryWriterOptions } from '../../src/history/history-writer.ts'
import type { Log } from '../../src/log.ts'
import { createHistoryForTests, type HistoryForTests } from './history-for-tests.ts'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

/** Removed with the test file. */
export async function aDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portaria-history-'))
  folders.push(folder)
  return folder
}

export type WriterForTests = {
  writer: HistoryWriter
  history: HistoryForTests
  /** Those that ring. */
  alarms: Map<string, string>
  /** What was logged as a warning or an error. */
  said: string[]
}

export function aWriter(
  o: Partial<HistoryWriterOptions> & { dataDir: string; history?: HistoryForTests },
): WriterForTests {
  const history = o.history ?? createHistoryForTests()
  const alarms = new Map<string, string>()
  const said: string[] = []
  const say = (_: object, message: string): void => void said.push(message)
  const log: Log = { debug() {}, info() {}, warn: say, error: say, child: () => log }
  const writer = createHistoryWriter({
    log,
    signal: new AbortController().signal,
    alarms: {
      raise: (id, message) => void alarms.set(id, message),
      clear: (id) => void alarms.delete(id),
    },
    onTotals() {},
    ...o,
    history,
  })
  return { writer, history, alarms, said }
}

/** Polls until `check` passes: nothing is asked of the machine's speed. */
export function until(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000, interval: 5 })
}
