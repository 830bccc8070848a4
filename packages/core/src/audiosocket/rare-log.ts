import { type Clock, monotonic } from '../clock.ts'
import type { Log } from '../log.ts'

/** Logs what strangers can provoke at will: at most one line per key in a while, and how many were left out. */
export interface RareLog {
  warn(key: string, fields: object, message: string): void
}

const maxKeys = 1_000

/** `everyMs` is 10 seconds by default. */
export function createRareLog(o: { log: Log; everyMs?: number; clock?: Clock }): RareLog {
  const everyMs = o.everyMs ?? 10_000
  const clock = o.clock ?? monotonic
  const said = new Map<string, { atMs: number; leftOut: number }>()
  return {
    warn(key, fields, message) {
      const nowMs = clock()
      const last = said.get(key)
      if (last !== undefined && nowMs - last.atMs < everyMs) {
        last.leftOut++
        return
      }
      if (said.size >= maxKeys) said.clear()
      said.set(key, { atMs: nowMs, leftOut: 0 })
      const leftOut = last?.leftOut ?? 0
      o.log.warn(leftOut > 0 ? { ...fields, like_it_before: leftOut } : fields, message)
    },
  }
}
