import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askResident, type ResidentAnswer } from '../../src/call/ask-resident.ts'
import { noFacts } from '../../src/providers/dialogue.ts'
import { phrases } from './gate-room.ts'
import { clock, createVirtualLeg, settle, stopTime } from './virtual-leg.ts'

beforeEach(stopTime)
afterEach(() => void vi.useRealTimers())

function asked(o: { canHear: boolean }) {
  const visit = new AbortController()
  const resident = createVirtualLeg({ role: 'resident', ...o })
  const { leg, record } = resident
  let answer: ResidentAnswer | Error | null = null
  const over = askResident({
    ...{ leg, record, phrases, language: 'pt-BR', condominiumName: null, visit: noFacts, clock },
    signal: visit.signal,
  }).then(
    (result) => (answer = result),
    (error: Error) => (answer = error),
  )
  return {
    ...resident,
    answer: () => answer,
    visitorLeaves: () => visit.abort(new Error('the visitor left')),
    /** Resolves with the number of timers that are left. */
    async leave(): Promise<number> {
      visit.abort(new Error('over'))
      resident.end()
      await over
      await settle()
      return vi.getTimerCount()
    },
  }
}

it('is asked at once after the "alô", on a line without ears too', async () => {
  for (const canHear of [true, false]) {
    const resident = asked({ canHear })
    await resident.pass(200)
    await resident.speak(canHear ? 'alô' : null)
    await resident.until(() => resident.frames.at(-1) === true, 200)
    expect(await resident.leave()).toBe(0)
  }
})

it('who says nothing at all is given up, and that is no yes', async () => {
  const resident = asked({ canHear: true })
  for (let s = 0; s < 180 && resident.answer() === null; s++) await resident.pass(1_000)
  expect(resident.answer()).toMatchObject({ action: 'give-up' })
  expect(await resident.leave()).toBe(0)
})

it('whose line is noise for minutes is given up, and that is no yes', async () => {
  const resident = asked({ canHear: true })
  for (let turn = 0; turn < 40 && resident.answer() === null; turn++) {
    await resident.speak('', { ms: 20_000 })
    await resident.pass(100)
  }
  expect(resident.answer()).not.toBeNull()
  expect(resident.answer()).not.toMatchObject({ action: 'authorize' })
  expect(await resident.leave()).toBe(0)
})

it('may press 1 or 2 at any moment, also while the line is noise', async () => {
  for (const [digit, action] of [
    ['1', 'authorize'],
    ['2', 'deny'],
  ] as const) {
    const resident = asked({ canHear: true })
    await resident.pass(3_000)
    await resident.speak('', { ms: 5_000 })
    await resident.press(digit)
    await resident.pass(1_500)
    expect(resident.answer()).toMatchObject({ action })
    expect(await resident.leave()).toBe(0)
  }
})

it('is not heard any more when the visitor leaves, whatever follows', async () => {
  const resident = asked({ canHear: true })
  await resident.pass(3_000)
  resident.visitorLeaves()
  await settle()
  await resident.press('1')
  await resident.speak('sim, pode abrir')
  await resident.pass(2_000)
  expect(resident.answer()).toBeInstanceOf(Error)
  expect(await resident.leave()).toBe(0)
})

it('who hangs up has answered nothing', async () => {
  const resident = asked({ canHear: true })
  await resident.pass(3_000)
  resident.end()
  await settle()
  expect(resident.answer()).toBe('hung-up')
  expect(await resident.leave()).toBe(0)
})
