import { readFileSync } from 'node:fs'

/** What is left for calls, the HTTP API and files when every ramal is open. */
const leftForOthers = 1_024

/**
 * How many ports may be open, so that calls can still be accepted: the limit of open files without what others need.
 * `limits` is the text of `/proc/self/limits`; where there is none, no limit is known.
 */
export function mostDoors(limits: string | null = ownLimits()): number {
  const limit = Number(/^Max open files +(\d+)/m.exec(limits ?? '')?.[1] ?? Infinity)
  return limit - Math.min(leftForOthers, limit / 2)
}

function ownLimits(): string | null {
  try {
    return readFileSync('/proc/self/limits', 'latin1')
  } catch {
    return null
  }
}
