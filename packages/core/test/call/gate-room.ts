import { vi } from 'vitest'
import { attendVisitor, type Visited } from '../../src/call/attend-visitor.ts'
import type { Attending } from '../../src/call/attending.ts'
import { createCallRecord } from '../../src/call/call-record.ts'
import type { Leg, LegListener } from '../../src/call/leg.ts'
import { createMouth } from '../../src/call/mouth.ts'
import { createPatience } from '../../src/call/patience.ts'
import { createPlayer } from '../../src/call/player.ts'
import { listenToVisitor } from '../../src/call/visitor-inputs.ts'
import { createEventLog, type PortariaEvent } from '../../src/events.ts'
import { silentLog } from '../../src/log.ts'
import { phrasesIn } from '../../src/phrases/phrases.ts'
import type { Conversation, Dialogue, Reply, Turn } from '../../src/providers/dialogue.ts'
import type { Directory } from '../../src/providers/directory.ts'
import { growUtterance } from '../../src/speech/growing-utterance.ts'
import type { Utterance } from '../../src/speech/utterance.ts'

const frameMs = 20
const wordMs = 200
export const phrases = phrasesIn('pt-BR')

/** How long the voice takes for a sentence; `never` hangs, `fails` fails. Default 0: it is in memory. */
export type VoiceDelay = (sentence: string) => number | 'never' | 'fails'

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
 * A visit in virtual time: everything that attends a visitor is real, but for the wire, the detector and the vendors.
 * Timers are vitest's: a test that uses a room must end it (`leave`) and restore them.
 */
export function enterRoom(o: RoomOptions) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const clock = (): number => Date.now()
  const startedMs = clock()
  const gone = new AbortController()
  const player = createPlayer()
  const events = createEventLog()
  const ramal = {
    ...{ id: 1, ramal_ia: '1000', ramal_retorno: '1001', ip_servidor: '127.0.0.1' },
    ...{ porta_ia: 8080, porta_retorno: 8081, condominio_id: 1 },
  }
  const record = createCallRecord({ callId: 'c', ramal, events, onChange() {} })
  const { voice = () => 0 } = o
  const mouth = createMouth({
    player,
    speak: (text, signal) => speakAfter(text, { ms: voice(text), signal }),
    onSaid: (text, interrupted) => record.said('visitor', text, interrupted),
    clock,
    signal: gone.signal,
    log: silentLog,
  })
  let listener: LegListener | null = null
  const leg: Leg = {
    ...{ id: 'visitor', role: 'visitor', peer: 'test', rate: 8000, signal: gone.signal, mouth },
    canHear: o.canHear ?? true,
    listenWith(next) {
      listener = next
    },
    hangup: () => Promise.resolve(),
    cut() {},
  }
  const inputs = listenToVisitor(leg, {
    heard: (text, confidence) => record.heard('visitor', text, confidence),
    digit: (digit) => record.digit('visitor', digit),
    clock,
  })
  const ending = new AbortController()
  const attending: Attending = {
    info: {
      ...{ callId: 'c', ramal: '1000', condominiumId: 1, condominiumName: null },
      ...{ language: 'pt-BR', canHear: leg.canHear },
    },
    ...{ visitor: leg, inputs, record, phrases, clock, startedMs, log: silentLog },
    patience: createPatience({ mouth, filler: phrases.filler, clock }),
    greeting: phrases.greeting(null),
    dialogue: o.dialogue,
    directory: o.directory ?? oneUnit,
    firstProviders: { stt: 'stt', tts: 'tts', dialogue: 'dialogue' },
    signal: AbortSignal.any([gone.signal, ending.signal]),
  }
  /** What left for the visitor, frame by frame: true where something sounded. */
  const frames: boolean[] = []
  let rung = false
  const visited = attendVisitor(attending, async (_, signal) => {
    rung = true
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
  })
  let outcome: Visited | Error | null = null
  const over = visited.then(
    (result) => (outcome = result),
    (error: Error) => (outcome = error),
  )

  async function settle(): Promise<void> {
    for (let i = 0; i < 6; i++) await new Promise((resolve) => void setImmediate(resolve))
  }

  async function pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += frameMs) {
      await settle()
      frames.push(player.fill(new Int16Array(160)) > 0)
      vi.advanceTimersByTime(frameMs)
    }
    await settle()
  }

  /** Returns after how many ms it came true. */
  async function until(isThere: () => boolean, mostMs: number): Promise<number> {
    const sinceMs = clock()
    while (!isThere()) {
      if (clock() - sinceMs >= mostMs) throw new Error(`not within ${mostMs} ms of virtual time`)
      await pass(frameMs)
    }
    return clock() - sinceMs
  }

  const said = (): string[] =>
    record.view().transcript.flatMap((line) => (line.by === 'portaria' ? [line.text] : []))
  const heardWhole = (text: string): boolean =>
    events
      .since(0)
      .some((e: PortariaEvent) => e.type === 'said' && e.text === text && !e.interrupted)

  /** Speaks for `ms`; the words come `sttMs` after the end. As call/ears.ts tells it; '' is what nobody understands. */
  async function speak(
    text: string | null,
    {
      ms = 600,
      sttMs = 0,
      silenceMs = 300,
    }: { ms?: number; sttMs?: number; silenceMs?: number } = {},
  ): Promise<void> {
    const onsetMs = clock()
    mouth.pause()
    listener?.onset(onsetMs)
    await pass(ms)
    const endMs = clock()
    await pass(silenceMs)
    const turn = { onsetMs, endMs, overMs: clock() }
    listener?.over?.(turn)
    await pass(sttMs)
    if (text === '' && mouth.resume()) listener?.falseStart()
    else listener?.turn({ ...turn, transcript: text === null ? null : { text } })
    await settle()
  }

  /** Nothing but a knock. */
  async function knock(ms: number): Promise<void> {
    mouth.pause()
    listener?.onset(clock())
    await pass(ms)
    mouth.resume()
    listener?.falseStart()
    await settle()
  }

  async function press(keys: string): Promise<void> {
    for (const digit of keys) {
      listener?.digit(digit)
      await pass(100)
    }
  }

  return {
    ...{
      a: attending,
      mouth,
      player,
      record,
      frames,
      pass,
      until,
      speak,
      knock,
      press,
      said,
      settle,
    },
    heardWhole,
    clock,
    listener: (): LegListener | null => listener,
    rung: () => rung,
    outcome: () => outcome,
    greeted: () => until(() => heardWhole(phrases.askByVoice), 10_000),
    hangUp: () => gone.abort(new Error('the visitor’s leg is over')),
    shutDown: () => ending.abort(new Error('shutdown')),
    /** Hangs up and resolves with the number of timers that are left when everything has settled. */
    async leave(): Promise<number> {
      gone.abort(new Error('the visitor’s leg is over'))
      await settle()
      inputs[Symbol.dispose]()
      await over
      await settle()
      return vi.getTimerCount()
    },
  }
}

function speakAfter(
  text: string,
  o: { ms: number | 'never' | 'fails'; signal: AbortSignal },
): Utterance {
  const utterance = growUtterance(text, 8000)
  const speak = (): void => {
    const words = text.split(' ').length
    utterance.push(new Int16Array((words * wordMs * 8000) / 1000).fill(9))
    utterance.finish(null)
  }
  if (o.ms === 'fails') utterance.finish(new Error('no voice'))
  else if (o.ms === 0) speak()
  else {
    const timer = o.ms === 'never' ? undefined : setTimeout(speak, o.ms)
    const stop = (): void => {
      clearTimeout(timer)
      utterance.finish(new Error('aborted'))
    }
    o.signal.addEventListener('abort', stop, { once: true })
  }
  return utterance
}
