import { setImmediate as nextTurn } from 'node:timers/promises'
import { ProviderError } from '../errors.ts'
import { createPcmDecoder } from '../speech/pcm-decoder.ts'
import { createSoundMeter, type SoundMeter } from './sound-meter.ts'
import type { Heard, SpeechToText, Transcriber } from './speech-to-text.ts'
import { likeStt } from './tap.ts'

/** So much sound should have brought words; less may be a cough. */
const leastSoundMs = 1_000
/** Turns in a row without words on one leg: one may be a motor at the gate, two in a row are rarely. */
const mostSpeechless = 2
/** So many different legs in a row without words, and one such turn is enough on the next. */
const mostSpeechlessLegs = 3
/** What may come of turns that are not done: a partial every 20 ms for 20 s, and as many finals. */
const mostParts = 2_000
/** After so many parts others have their turn: a recogniser may send faster than anybody reads. */
const partsAtOnce = 64
const mostTurns = 16

type Watched = { readonly meter: SoundMeter; words: boolean }
/** Legs of one recogniser without words since it last understood any. */
type SpeechlessLegs = Set<symbol>

/**
 * Notices a recogniser that hears a voice but sends no words, which is how some outages look, and one that sends
 * without end. Where `another` stands behind, its stream fails with a retryable ProviderError instead of the turn's
 * `done`, so that the other gets the turn; the last one's turn is done with the error.
 */
export function withTranscriptWatch(
  stt: SpeechToText,
  o: { readonly name: string; readonly another: boolean },
): SpeechToText {
  const legs: SpeechlessLegs = new Set()
  return likeStt(stt, async (asked) =>
    watchTranscriber(await stt.open(asked), { ...o, rate: asked.rate, legs }),
  )
}

function watchTranscriber(
  transcriber: Transcriber,
  o: { name: string; another: boolean; rate: number; legs: SpeechlessLegs },
): Transcriber {
  const leg = Symbol(o.name)
  const turns = new Map<number, Watched>()
  let decode = createPcmDecoder()
  let running: Watched | null = null
  let speechless = 0
  let parts = 0

  function understood(turn: number): void {
    const watched = turns.get(turn)
    if (watched !== undefined) watched.words = true
    speechless = 0
    o.legs.clear()
  }

  /** What is wrong with the recogniser, now that it is done with a turn; null: nothing, or it is too early to say. */
  function judge(watched: Watched): ProviderError | null {
    if (watched.words || watched.meter.soundMs < leastSoundMs) return null
    speechless += 1
    if (o.legs.size < mostSpeechlessLegs) o.legs.add(leg)
    if (speechless < mostSpeechless && o.legs.size < mostSpeechlessLegs) return null
    const many =
      speechless < mostSpeechless ? `on ${o.legs.size} legs` : `for ${speechless} turns in a row`
    return new ProviderError(o.name, `${o.name} heard a voice, but sent no words ${many}`, {
      retryable: true,
    })
  }

  function take(heard: Heard): Heard {
    if (heard.type === 'final' && heard.text.trim() !== '') understood(heard.turn)
    const watched = heard.type === 'done' ? turns.get(heard.turn) : undefined
    if (heard.type !== 'done' || watched === undefined) {
      parts += 1
      if (parts <= mostParts) return heard
      const message = `${o.name} sent more than ${mostParts} parts of one turn`
      throw new ProviderError(o.name, message, { retryable: true })
    }
    parts = 0
    turns.delete(heard.turn)
    const error = judge(watched)
    if (error === null) return heard
    if (o.another) throw error
    return { ...heard, error }
  }

  async function* watch(): AsyncGenerator<Heard> {
    let sent = 0
    for await (const heard of transcriber.heard) {
      yield take(heard)
      sent += 1
      if (sent % partsAtOnce === 0) await nextTurn()
    }
  }

  return {
    begin(turn, options) {
      const [oldest] = turns.keys()
      if (turns.size >= mostTurns && oldest !== undefined) turns.delete(oldest)
      running = { meter: createSoundMeter(o.rate), words: false }
      decode = createPcmDecoder()
      turns.set(turn, running)
      transcriber.begin(turn, options)
    },
    write(pcm) {
      running?.meter.add(decode(pcm))
      transcriber.write(pcm)
    },
    end(turn) {
      running = null
      transcriber.end(turn)
    },
    get by() {
      return transcriber.by
    },
    heard: watch(),
    [Symbol.asyncDispose]: () => transcriber[Symbol.asyncDispose](),
  }
}
