/** `09:31:04`, in the time zone of this machine; `-` for what is no time. */
export function clockTime(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? '-' : at.toLocaleTimeString('en-GB')
}

/** `+5.0 s` from one time to another. */
export function offset(from: string, to: string): string {
  const ms = Date.parse(to) - Date.parse(from)
  return Number.isNaN(ms) ? '-' : `+${(ms / 1000).toFixed(1)} s`
}

/** Whole milliseconds, or `-` where there was no such thing. */
export function wholeMs(ms: number | null): string {
  return ms === null ? '-' : String(Math.round(ms))
}

/** `1 filler`, `2 fillers`, or null for none. */
export function counted(count: number, noun: string): string | null {
  if (count === 0) return null
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
