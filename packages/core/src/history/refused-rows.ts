import { mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Refused } from './deliver.ts'

const maxBytes = 1024 * 1024

/** Calls that no history takes, on disk for a person to look at. */
export interface RefusedRows {
  readonly path: string
  /** One JSON object a line, `{at, why, row}`. Rejects with the disk's error. */
  keep(refused: readonly Refused[]): Promise<void>
  /** Null when nobody refused anything, or somebody removed the file. */
  size(): Promise<number | null>
}

/** `refused.jsonl` in `dir`; full at 1 MB, it becomes `refused.old.jsonl`. */
export function createRefusedRows(dir: string): RefusedRows {
  const path = join(dir, 'refused.jsonl')
  const size = (): Promise<number | null> =>
    stat(path).then(
      (file) => file.size,
      () => null,
    )
  return {
    path,
    size,
    async keep(refused) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      if (((await size()) ?? 0) >= maxBytes) await rename(path, join(dir, 'refused.old.jsonl'))
      const at = new Date().toISOString()
      const lines = refused.map(({ row, why }) => `${JSON.stringify({ at, why, row })}\n`)
      await using file = await open(path, 'a', 0o600)
      await file.appendFile(lines.join(''))
      await file.datasync()
    },
  }
}
