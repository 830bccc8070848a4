/** What a number may be, ends included. */
export type Range = { readonly min: number; readonly max: number; readonly whole: boolean }

/** Bounds of every number in the settings; `settingsFrom` and the schema say the same ones. */
export const ranges = {
  apiPort: { min: 0, max: 65_535, whole: true },
  silenceMs: { min: 200, max: 10_000, whole: false },
  ringSeconds: { min: 0.1, max: 600, whole: false },
  ringAttempts: { min: 1, max: 10, whole: true },
  maxSeconds: { min: 1, max: 14_400, whole: false },
  autoRefreshSeconds: { min: 5, max: 86_400, whole: false },
  concurrency: { min: 1, max: 10_000, whole: true },
  drainSeconds: { min: 0, max: 3_600, whole: false },
} as const satisfies Record<string, Range>

/** `a whole number from 0 to 65535`. */
export function describeRange(range: Range): string {
  return `a ${range.whole ? 'whole number' : 'number'} from ${range.min} to ${range.max}`
}
