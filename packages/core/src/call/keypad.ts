/** How long after the last digit an entry without `#` counts as complete. */
export const entryTimeoutMs = 4_000
/** `0` alone asks for a human; a unit may begin with 0 as well, so it waits this long. */
export const zeroTimeoutMs = 1_500
const longestEntry = 12

/** Collects the visitor's keys into entries: `501#`, `501` (after a pause), `*`, `0`. */
export interface Keypad extends Disposable {
  press(digit: string): void
  /** Something was pressed that is no entry yet. */
  readonly entering: boolean
}

/** `onEntry` gets what was pressed, with `#` where it was. Keys A to D mean nothing here. */
export function createKeypad(onEntry: (digits: string) => void): Keypad {
  let digits = ''
  let timer: NodeJS.Timeout | undefined

  const enter = (entry: string): void => {
    clearTimeout(timer)
    digits = ''
    onEntry(entry)
  }

  return {
    press(digit) {
      clearTimeout(timer)
      if (digit === '*') return enter('*')
      if (digit === '#') return enter(`${digits}#`)
      if (/^[0-9]$/.test(digit)) digits += digit
      if (digits.length >= longestEntry) return enter(digits)
      if (digits === '') return
      timer = setTimeout(() => enter(digits), digits === '0' ? zeroTimeoutMs : entryTimeoutMs)
    },
    get entering() {
      return digits !== ''
    },
    [Symbol.dispose]() {
      clearTimeout(timer)
    },
  }
}
