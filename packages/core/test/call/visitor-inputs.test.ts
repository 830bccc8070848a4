import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asksForHuman, type Input, listenToVisitor } from '../../src/call/visitor-inputs.ts'
import { clock, createVirtualLeg, settle, stopTime } from './virtual-leg.ts'

beforeEach(stopTime)
afterEach(() => void vi.useRealTimers())

function listening() {
  const visitor = createVirtualLeg({ role: 'visitor', canHear: true })
  const inputs = listenToVisitor(visitor.leg, { heard() {}, digit() {}, clock })
  const next = (idleMs = 8_000): Promise<Input> =>
    inputs.next({ idleMs, signal: visitor.leg.signal })
  return { ...visitor, inputs, next }
}

it('lets nothing that was done before stand in the way of whoever asks for a human', async () => {
  const { inputs, next, press, speak } = listening()
  const watched: string[] = []
  const stop = inputs.watch((input) => watched.push(input.type))
  await speak('oi')
  for (let n = 0; n < 10; n++) await press('1#')
  await press('0#')
  expect(asksForHuman(inputs.pending)).toBe(true)
  expect(await next()).toMatchObject({ digits: '0#' })
  expect(inputs.pending).toBeUndefined()
  expect(watched).toHaveLength(12)
  stop()
  await speak('oi')
  expect(watched).toHaveLength(12)
})

it.each(['0', '0#'])('takes %s for a human, and no number that contains one', (digits) => {
  expect(asksForHuman({ type: 'digits', digits, atMs: 0 })).toBe(true)
  expect(asksForHuman({ type: 'digits', digits: `1${digits}`, atMs: 0 })).toBe(false)
  expect(asksForHuman({ type: 'silence' })).toBe(false)
  expect(asksForHuman(undefined)).toBe(false)
})

it('knows that a key was pressed before it makes an entry', async () => {
  const { inputs, press, pass } = listening()
  expect(inputs.entering).toBe(false)
  await press('0')
  expect(inputs.entering).toBe(true)
  await pass(2_000)
  expect(inputs.entering).toBe(false)
  expect(asksForHuman(inputs.pending)).toBe(true)
})

it('gives words that came while something was being said, when nothing follows', async () => {
  const { leg, inputs, next, pass, until, listener } = listening()
  const saying = leg.mouth.say(['um dois três'], { interruptible: true, signal: leg.signal })
  await until(() => leg.mouth.audible, 1_000)
  listener()?.late?.({ text: 'para o 501' })
  listener()?.late?.({ text: 'x'.repeat(5_000) })
  await pass(1_000)
  expect((await saying).interrupted).toBe(false)
  expect(inputs.pending).toBeUndefined()
  const input = next(8_000)
  await pass(8_500)
  const text = (await input) as Extract<Input, { type: 'said' }>
  expect(text.text).toMatch(/^para o 501 x+$/)
  expect(text.text.length).toBeLessThanOrEqual(2_000)
})

it('is silence when nobody did anything, also while a knock goes on and on', async () => {
  const { next, pass, knock, end, inputs } = listening()
  const quiet = next(2_000)
  await pass(2_500)
  expect(await quiet).toEqual({ type: 'silence' })
  const noisy = next(2_000)
  for (let n = 0; n < 40; n++) await knock(900)
  expect(await noisy).toEqual({ type: 'silence' })
  const gone = next(2_000)
  gone.catch(() => undefined)
  end()
  await settle()
  await expect(gone).rejects.toThrow('over')
  inputs[Symbol.dispose]()
  expect(vi.getTimerCount()).toBe(0)
})
