import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createKeypad, entryTimeoutMs, zeroTimeoutMs } from '../../src/call/keypad.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function keypad() {
  const entries: string[] = []
  const pad = createKeypad((digits) => entries.push(digits))
  return { entries, pad, press: (digits: string) => digits.split('').forEach((d) => pad.press(d)) }
}

it('completes a unit with #, at once', () => {
  const { entries, press } = keypad()
  press('501#')
  expect(entries).toEqual(['501#'])
})

it('completes digits without # after a pause', () => {
  const { entries, press } = keypad()
  press('50')
  vi.advanceTimersByTime(entryTimeoutMs - 1)
  press('1')
  vi.advanceTimersByTime(entryTimeoutMs - 1)
  expect(entries).toEqual([])
  vi.advanceTimersByTime(1)
  expect(entries).toEqual(['501'])
})

it('takes 0 alone for a human after 1.5 s, or with #', () => {
  const { entries, press } = keypad()
  press('0')
  vi.advanceTimersByTime(zeroTimeoutMs)
  press('0#')
  expect(entries).toEqual(['0', '0#'])
})

it('takes a unit that begins with 0 for a unit', () => {
  const { entries, press } = keypad()
  press('0')
  vi.advanceTimersByTime(zeroTimeoutMs - 1)
  press('12#')
  expect(entries).toEqual(['012#'])
})

it('asks for help with *, whatever was pressed before', () => {
  const { entries, press } = keypad()
  press('50*')
  press('502#')
  expect(entries).toEqual(['*', '502#'])
})

it('ignores A to D, and ends an entry that is too long', () => {
  const { entries, press } = keypad()
  press('A5B')
  press('12345678901')
  expect(entries).toEqual(['512345678901'])
})

it('says nothing more when it is disposed', () => {
  const { entries, pad, press } = keypad()
  press('5')
  pad[Symbol.dispose]()
  vi.runAllTimers()
  expect(entries).toEqual([])
})
