/** The day in the time zone of this process, `YYYY-MM-DD`. */
export function localDay(time: Date): string {
  const pad = (part: number, digits: number): string => String(part).padStart(digits, '0')
  return `${pad(time.getFullYear(), 4)}-${pad(time.getMonth() + 1, 2)}-${pad(time.getDate(), 2)}`
}
