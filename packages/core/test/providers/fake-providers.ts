import { ProviderError } from '../../src/errors.ts'
import type { CallInfo } from '../../src/providers/call-info.ts'
import {
  type Conversation,
  type Dialogue,
  type Facts,
  noFacts,
  type Reply,
  type Turn,
} from '../../src/providers/dialogue.ts'
import type { Heard, SpeechToText, Transcriber } from '../../src/providers/speech-to-text.ts'
import type { Speech, TextToSpeech } from '../../src/providers/text-to-speech.ts'
import { createQueue, type Queue } from '../../src/queue.ts'

export const outage = (): ProviderError =>
  new ProviderError('fake', 'the vendor is down', { retryable: true })
export const refusal = (): ProviderError => new ProviderError('fake', 'the key is refused')

/** Milliseconds of sound for each letter of the fake voices. */
export const letterMs = 50

export type FakeVoice = TextToSpeech & { readonly asked: string[] }

/** A voice whose sound is as long as its letters; what `speak` throws, or yields, comes instead. */
export function fakeVoice(
  o: {
    name?: string
    rate?: number
    /** Letters after which it dies. */
    diesAfter?: number
    fails?: () => Error
    silent?: boolean
  } = {},
): FakeVoice {
  const { name = 'fake', rate = 8_000 } = o
  const asked: string[] = []
  async function* speak(text: string): AsyncGenerator<Uint8Array> {
    const letters = text.replace(/\s/gu, '').length
    for (let letter = 0; letter < letters; letter++) {
      if (letter === o.diesAfter) throw outage()
      const samples = new Int16Array((rate * letterMs) / 1_000).fill(o.silent === true ? 3 : 5_000)
      yield new Uint8Array(samples.buffer)
    }
  }
  return {
    cacheId: `${name}-1`,
    asked,
    synthesize(text): Promise<Speech> {
      asked.push(text)
      if (o.fails !== undefined) return Promise.reject(o.fails())
      return Promise.resolve({ rate, audio: speak(text) })
    },
  }
}

export function asking(signal = new AbortController().signal) {
  return { rate: 8_000 as const, language: 'pt-BR', voice: {}, signal }
}

/** Milliseconds of a speech. */
export async function lengthOf(speech: Speech): Promise<number> {
  let bytes = 0
  for await (const chunk of speech.audio) bytes += chunk.length
  return ((bytes / 2) * 1_000) / speech.rate
}

/** What a recogniser of the tests was told, by turn, and the way to let it hear. */
export type FakeLeg = Queue<Heard> & {
  readonly told: string[]
  /** Bytes written in each turn. */
  readonly bytes: Map<number, number>
  closed: boolean
}

export type FakeRecogniser = SpeechToText & { readonly legs: FakeLeg[] }

export function fakeRecogniser(
  o: {
    rates?: readonly (8_000 | 16_000)[]
    open?: (n: number) => Promise<void>
    onEnd?: (leg: FakeLeg, turn: number) => void
  } = {},
): FakeRecogniser {
  const legs: FakeLeg[] = []
  let opened = 0
  return {
    rates: o.rates ?? [8_000],
    partials: false,
    legs,
    async open() {
      await o.open?.(opened++)
      const queue = createQueue<Heard>()
      const leg: FakeLeg = Object.assign(queue, { told: [], bytes: new Map(), closed: false })
      legs.push(leg)
      return transcriberOf(leg, o.onEnd)
    },
  }
}

function transcriberOf(leg: FakeLeg, onEnd?: (leg: FakeLeg, turn: number) => void): Transcriber {
  let latest = 0
  return {
    begin(turn, { hints }) {
      latest = turn
      leg.told.push(`begin ${turn} ${hints.join()}`)
    },
    write: (pcm) => void leg.bytes.set(latest, (leg.bytes.get(latest) ?? 0) + pcm.byteLength),
    end(turn) {
      leg.told.push(`end ${turn}`)
      onEnd?.(leg, turn)
    },
    heard: leg.items,
    async [Symbol.asyncDispose]() {
      leg.closed = true
      leg.end()
    },
  }
}

/** A recogniser that understands `text` of each turn. */
export function understands(text: string): (leg: FakeLeg, turn: number) => void {
  return (leg, turn) => {
    leg.push({ type: 'final', turn, text })
    leg.push({ type: 'done', turn })
  }
}

export const callInfo: CallInfo = {
  callId: '00000000-0000-4000-8000-000000000001',
  ramal: '1000',
  condominiumId: 1,
  condominiumName: null,
  language: 'pt-BR',
  canHear: true,
}

export function saying(text: string, played = ''): Turn {
  return { facts: noFacts, match: { type: 'none' }, played, type: 'said', text }
}

export type FakeDialogue = Dialogue & {
  readonly opened: { history: readonly object[]; facts: Facts }[]
  closed: number
}

export function fakeDialogue(
  reply: (turn: Turn) => AsyncIterable<Reply>,
  o: { open?: () => Promise<void>; speculative?: boolean } = {},
): FakeDialogue {
  const dialogue: FakeDialogue = {
    speculative: o.speculative ?? true,
    opened: [],
    closed: 0,
    async open(_, { history, facts }): Promise<Conversation> {
      await o.open?.()
      dialogue.opened.push({ history, facts })
      return {
        reply: (turn) => reply(turn),
        async [Symbol.asyncDispose]() {
          dialogue.closed += 1
        },
      }
    },
  }
  return dialogue
}

export async function* replying(...replies: (Reply | Error)[]): AsyncGenerator<Reply> {
  for (const each of replies) {
    if (each instanceof Error) throw each
    yield each
  }
}

export async function repliesOf(parts: AsyncIterable<Reply>): Promise<string[]> {
  const texts: string[] = []
  for await (const part of parts) texts.push(part.type === 'say' ? part.text : part.type)
  return texts
}
