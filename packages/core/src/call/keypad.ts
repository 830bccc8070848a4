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
  return new EntryKeypad(onEntry)
}

class EntryKeypad implements Keypad {
  readonly #onEntry: (digits: string) => void
  #digits = ''
  #timer: NodeJS.Timeout | undefined

  constructor(onEntry: (digits: string) => void) {
    this.#onEntry = onEntry
  }

  get entering(): boolean {
    return this.#digits !== ''
  }

  press(digit: string): void {
    clearTimeout(this.#timer)
    if (digit === '*') return this.#enter('*')
    if (digit === '#') return this.#enter(`${this.#digits}#`)
    if (/^[0-9]$/.test(digit)) this.#digits += digit
    const digits = this.#digits
    if (digits.length >= longestEntry) return this.#enter(digits)
    if (digits === '') return
    const ms = digits === '0' ? zeroTimeoutMs : entryTimeoutMs
    this.#timer = setTimeout(() => this.#enter(digits), ms)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #enter(entry: string): void {
    clearTimeout(this.#timer)
    this.#digits = ''
    this.#onEntry(entry)
  }
}
