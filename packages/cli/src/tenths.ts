/** Milliseconds, to a tenth. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}

export function tenthsOrNull(ms: number | null): number | null {
  return ms === null ? null : tenths(ms)
}
