import { readFileSync } from 'node:fs'
import type { Pacer } from '@portaria/core/audio/pacer'
import { findTurns } from '@portaria/core/audio/turns'
import { loadVoiceDetector } from '@portaria/core/audio/voice-detector'
import { readWav } from '@portaria/core/audio/wav'
import { callIn, type Phone } from '@portaria/test-kit/phone'
import { readTone, type ToneFrame } from '@portaria/test-kit/word-tones'

const rate = 8_000
const detector = await loadVoiceDetector()

/** Real speech, from its first sound to its last. */
export type Speech = {
  readonly samples: Int16Array
  /** From the first frame until an ear decides that the turn is over. */
  readonly judgedAfterMs: number
}

/** A labelled recording of test/audio, from `fromMs` to `toMs`, as an ear with this silence setting hears it. */
export function loadSpeech(
  name: string,
  o: { fromMs: number; toMs: number; silenceMs: number },
): Speech {
  const { samples } = readWav(
    readFileSync(new URL(`../../test/audio/${name}.wav`, import.meta.url)),
  )
  const spoken = samples.slice((o.fromMs * rate) / 1_000, (o.toMs * rate) / 1_000)
  // A second of silence before it: its first frame ends 20 ms later, and arrives when it was sent.
  const heard = new Int16Array(rate + spoken.length)
  heard.set(spoken, rate)
  const { ends } = findTurns(heard, rate, { detector, silenceMs: o.silenceMs })
  const [judgedMs] = ends
  if (judgedMs === undefined || ends.length > 1) throw new Error(`${name} is not one turn`)
  return { samples: spoken, judgedAfterMs: judgedMs - 1_020 }
}

/** Sounds that are no word of a reply: "um instante", which fills a wait, begins with a word of the vocabulary. */
const ofOthers = ['?', 'um']

export type ToneHeard = { readonly atMs: number; readonly tone: ToneFrame }

/** A visitor who knows what they hear. Times are of the monotonic clock. */
export interface Visitor extends AsyncDisposable {
  readonly phone: Phone
  readonly heard: readonly ToneHeard[]
  /** Speaks when the line is quiet; resolves with when the turn was judged to be over. */
  say(speech: Speech): Promise<number>
  /** When a word of a reply was heard first after that. */
  replied(sinceMs: number): Promise<number>
}

export async function visit(o: { port: number; pacer: Pacer }): Promise<Visitor> {
  const heard: ToneHeard[] = []
  const phone = await callIn({
    ...o,
    onFrame: (pcm, atMs) => void heard.push({ atMs, tone: readTone(pcm, rate) }),
  })
  return {
    phone,
    heard,
    async say(speech) {
      await phone.quiet(240)
      return (await phone.speak(speech.samples)) + speech.judgedAfterMs
    },
    async replied(sinceMs) {
      for (let fromMs = sinceMs; ;) {
        fromMs = await phone.heard(fromMs)
        const found = heard.find(
          ({ atMs, tone }) => atMs >= fromMs && tone !== null && !ofOthers.includes(tone),
        )
        if (found !== undefined) return found.atMs
        fromMs += 1
      }
    },
    [Symbol.asyncDispose]: () => phone[Symbol.asyncDispose](),
  }
}
