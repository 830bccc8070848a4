import { vi } from 'vitest'
import { attendVisitor, type Visited } from '../../src/call/attend-visitor.ts'
import { createPatience } from '../../src/call/patience.ts'
import { listenToVisitor } from '../../src/call/visitor-inputs.ts'
import { silentLog } from '../../src/log.ts'
import { phrasesIn } from '../../src/phrases/phrases.ts'
import type { Conversation, Dialogue, Reply, Turn } from '../../src/providers/dialogue.ts'
import type { Directory } from '../../src/providers/directory.ts'
import { clock, createVirtualLeg, settle, stopTime, type VoiceDelay } from './virtual-leg.ts'

export const phrases = phrasesIn('pt-BR')

export type RoomOptions = {
  dialogue: Dialogue
  directory?: Directory
  voice?: VoiceDelay
  canHear?: boolean
}

/** A dialogue that replies as `reply` does, and remembers what it was asked. */
export function dialogueOf(
  reply: (turn: Turn, o: { nth: number; signal: AbortSignal }) => AsyncIterable<Reply>,
  o: { speculative?: boolean } = {},
): { dialogue: Dialogue; asked: Turn[]; closed: () => number } {
  const asked: Turn[] = []
  let closed = 0
  const conversation: Conversation = {
    reply(turn, { signal }) {
      asked.push(turn)
      return reply(turn, { nth: asked.length - 1, signal })
    },
    [Symbol.asyncDispose]() {
      closed += 1
      return Promise.resolve()
    },
  }
  const open = (): Promise<Conversation> => Promise.resolve(conversation)
  return { dialogue: { speculative: o.speculative ?? false, open }, asked, closed: () => closed }
}

export async function* repliesOf(...replies: Reply[]): AsyncGenerator<Reply> {
  yield* replies
}

export function say(text: string): Reply {
  return { type: 'say', text }
}

/** Never settles, whatever its signal says. */
export async function* hanging(): AsyncGenerator<Reply> {
  yield await new Promise<Reply>(() => undefined)
}

/** Unit 501 is there, 777 is not. */
const oneUnit: Directory = {
  find: (facts) =>
    Promise.resolve(
      facts.unit === null
        ? { type: 'none' }
        : facts.unit === '501'
          ? {
              type: 'one',
              unit: { number: '501', block: null, residents: ['Ana'], voipNumber: null },
            }
          : { type: 'unknown' },
    ),
}

/**
 * A visit in virtual time: everything that attends a visitor is real. A test that enters a room must `leave` it, and
 * restore the timers.
 */
export function enterRoom(o: RoomOptions) {
  stopTime()
  const startedMs = clock()
  const visitor = createVirtualLeg({ role: 'visitor', canHear: true, ...o })
  const { leg, record, events } = visitor
  const inputs = listenToVisitor(leg, {
    heard: (text, confidence) => record.heard('visitor', text, confidence),
    digit: (digit) => record.digit('visitor', digit),
    clock,
  })
  const ending = new AbortController()
  let rung = false
  const visited = attendVisitor(
    {
      info: {
        ...{ callId: 'c', ramal: '1000', condominiumId: 1, condominiumName: null },
        ...{ language: 'pt-BR', canHear: leg.canHear },
      },
      ...{ visitor: leg, inputs, record, phrases, clock, startedMs, log: silentLog },
      patience: createPatience({ mouth: leg.mouth, filler: phrases.filler, clock }),
      greeting: phrases.greeting(null),
      dialogue: o.dialogue,
      directory: o.directory ?? oneUnit,
      firstProviders: { stt: 'stt', tts: 'tts', dialogue: 'dialogue' },
      signal: AbortSignal.any([leg.signal, ending.signal]),
    },
    (_, signal) => {
      rung = true
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      })
    },
  )
  let outcome: Visited | Error | null = null
  const over = visited.then(
    (result) => (outcome = result),
    (error: Error) => (outcome = error),
  )
  const heardWhole = (text: string): boolean =>
    events.since(0).some((e) => e.type === 'said' && e.text === text && !e.interrupted)

  return {
    ...visitor,
    settle,
    heardWhole,
    said: () =>
      record.view().transcript.flatMap((line) => (line.by === 'portaria' ? [line.text] : [])),
    rung: () => rung,
    outcome: () => outcome,
    greeted: () => visitor.until(() => heardWhole(phrases.askByVoice), 10_000),
    shutDown: () => ending.abort(new Error('shutdown')),
    /** Hangs up and resolves with the number of timers that are left when everything has settled. */
    async leave(): Promise<number> {
      visitor.end()
      await settle()
      inputs[Symbol.dispose]()
      await over
      await settle()
      return vi.getTimerCount()
    },
  }
}
