import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Reply } from '../../src/providers/dialogue.ts'
import { dialogueOf, enterRoom, hanging, repliesOf, say } from './gate-room.ts'
import type { VoiceDelay } from './virtual-leg.ts'

afterEach(() => vi.useRealTimers())

type Room = ReturnType<typeof enterRoom>

/** Leaves no timer when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}

/** What a dialogue may come up with. */
const replies: Record<string, (signal: AbortSignal) => AsyncIterable<Reply>> = {
  asks: () => repliesOf(say('Qual é o apartamento?')),
  chats: async function* (signal) {
    yield say('Entendi.')
    await pause(1_000, signal)
    yield say('Qual é o apartamento?')
  },
  finds: () => repliesOf({ type: 'facts', change: { unit: '501' }, ready: true }),
  misses: () => repliesOf({ type: 'facts', change: { unit: '777' }, ready: true }),
  isSlow: async function* (signal) {
    await pause(4_000, signal)
    yield say('Já vi.')
  },
  hangs: () => hanging(),
  stops: async function* () {
    yield say('Entendi.')
    yield* hanging()
  },
  fails: async function* () {
    yield say('Entendi.')
    await Promise.resolve()
    throw new Error('it is down')
  },
  isSilent: () => repliesOf(),
  handsOver: () => repliesOf({ type: 'hand-over', why: 'it was asked to' }),
}

const voices: Record<string, VoiceDelay> = {
  isReady: () => 0,
  isSlow: (text) => (text.length % 2 === 0 ? 700 : 0),
  hangsAtTimes: (text) => (text.startsWith('Entendi') ? 'never' : 0),
  failsAtTimes: (text) => (text.startsWith('Qual') ? 'fails' : 0),
  hangs: () => 'never',
}

const steps: Record<string, (room: Room) => Promise<void> | void> = {
  waits: (room) => room.pass(700),
  waitsLong: (room) => room.pass(9_000),
  speaks: (room) => room.speak('é uma entrega'),
  speaksAndIsHeardLate: (room) => room.speak('para o 501', { sttMs: 3_000 }),
  mumbles: (room) => room.speak('', { sttMs: 2_000 }),
  isNotHeard: (room) => room.speak(null),
  knocks: (room) => room.knock(150),
  drills: (room) => room.speak('', { ms: 20_000, sttMs: 4_500 }),
  pauses: (room) => room.listener()?.stable?.('é uma entrega'),
  isHeardLater: (room) => room.listener()?.late?.({ text: 'e mais' }),
  pressesUnit: (room) => room.press('501#'),
  pressesOne: (room) => room.press('5'),
  pressesStar: (room) => room.press('*'),
}

const visit = fc.record({
  replies: fc.array(fc.constantFrom(...Object.keys(replies)), { minLength: 1, maxLength: 5 }),
  voice: fc.constantFrom(...Object.keys(voices)),
  speculative: fc.boolean(),
  steps: fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 8 }),
})

function begin(o: typeof visit extends fc.Arbitrary<infer T> ? T : never) {
  const { dialogue, closed } = dialogueOf(
    (_, { nth, signal }) =>
      replies[o.replies[nth % o.replies.length] ?? 'asks']?.(signal) ?? repliesOf(),
    { speculative: o.speculative },
  )
  const room = enterRoom({ dialogue, ...(voices[o.voice] && { voice: voices[o.voice] }) })
  const act = async (): Promise<void> => {
    for (const step of o.steps) if (room.outcome() === null) await steps[step]?.(room)
  }
  return { room, closed, act }
}

/** What is left when the visitor has hung up; nobody decided anything. */
async function leave({ room, closed }: ReturnType<typeof begin>) {
  const timers = await room.leave()
  vi.useRealTimers()
  return { timers, open: 1 - closed(), decided: comesTo(room, 'decided') }
}
const nothingLeft = { timers: 0, open: 0, decided: false }

function comesTo(room: Room, type: string): boolean {
  const outcome = room.outcome()
  return outcome !== null && 'type' in outcome && outcome.type === type
}

describe('any visit', { timeout: 60_000 }, () => {
  it('leaves nothing open when the visitor hangs up, or the daemon stops, at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(visit, fc.boolean(), async (o, stops) => {
        const begun = begin(o)
        await begun.act()
        if (stops) begun.room.shutDown()
        await begun.room.settle()
        expect(!stops || begun.room.outcome() !== null).toBe(true)
        expect(await leave(begun)).toEqual(nothingLeft)
      }),
      { numRuns: 100 },
    )
  })

  it('comes to a human when 0 is pressed, at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(visit, async (o) => {
        const begun = begin(o)
        const { room } = begun
        await begun.act()
        const isOver = (): boolean => room.record.state === 'finishing' || room.outcome() !== null
        const wasOver = isOver()
        await room.press('*0#')
        await room.until(isOver, 500)
        await room.until(() => room.outcome() !== null, 20_000)
        expect(wasOver || comesTo(room, 'handed-over')).toBe(true)
        expect(await leave(begun)).toEqual(nothingLeft)
      }),
      { numRuns: 100 },
    )
  })

  it('is never silent for half a minute', async () => {
    await fc.assert(
      fc.asyncProperty(visit, async (o) => {
        const begun = begin(o)
        const { room } = begun
        await begun.act()
        for (let n = 0; n < 4 && room.outcome() === null; n++) {
          const from = room.frames.length
          await room.pass(30_000)
          const isHeard = room.frames.slice(from).includes(true)
          expect(isHeard || room.outcome() !== null).toBe(true)
        }
        expect(await leave(begun)).toEqual(nothingLeft)
      }),
      { numRuns: 40 },
    )
  })
})
