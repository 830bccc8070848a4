import { createResampler, designFilterBank, type FilterBank } from '../audio/resample.ts'
import type { Clock } from '../clock.ts'
import { isProviderError, ProviderError } from '../errors.ts'
import { createPcmDecoder } from '../speech/pcm-decoder.ts'
import type { FallbackOptions, Named } from './fall-back.ts'
import { createRefusals } from './refusals.ts'
import { createPace } from './rest-of-sentence.ts'
import { createSoundMeter, type SoundMeter } from './sound-meter.ts'
import type { Speech, TextToSpeech } from './text-to-speech.ts'

type Asked = Parameters<TextToSpeech['synthesize']>[1]

/** Speech begins before this, if at all. */
const longestSilenceS = 5

/** A voice that begins to speak what is left of a sentence. */
type Speaking = { readonly at: number; readonly text: string; readonly speech: Speech }

/**
 * The first voice speaks; when it fails, or sends silence, the next says what was not heard yet. Words that were heard
 * whole are not repeated: how far the first came is reckoned from its pace, a word that was cut short is said again.
 * Speech of another than the first voice is not kept under its `cacheId`. Who refuses two sentences in a row (a wrong key,
 * an unknown voice) is not asked for that voice for a minute, as long as another can speak.
 */
export function withTtsFallback(
  voices: readonly Named<TextToSpeech>[],
  o: FallbackOptions & { readonly clock?: Clock },
): TextToSpeech {
  const pace = createPace()
  const refusals = createRefusals(o.clock)
  const banks = new Map<string, FilterBank>()

  function bankOf(from: number, to: number): FilterBank {
    const pair = `${from}/${to}`
    const bank = banks.get(pair) ?? designFilterBank(from, to)
    banks.set(pair, bank)
    return bank
  }

  function voiceAt(at: number): TextToSpeech {
    const voice = voices[at]
    if (voice === undefined) throw new RangeError('there is no voice')
    return voice.provider
  }

  /** How a voice is asked to speak: what its pace, and its refusals, depend on. */
  function wayOf(at: number, { language, voice }: Asked): string {
    return JSON.stringify([voices[at]?.name, language, voice])
  }

  /** The first of the voices from `at` on that has not just refused; the last is always asked. */
  function worthAsking(at: number, asked: Asked): number {
    let voice = at
    while (voice < voices.length - 1 && refusals.has(wayOf(voice, asked))) voice += 1
    return voice
  }

  function fallBack(at: number, error: unknown, asked: Asked): number {
    if (asked.signal.aborted) throw error
    if (isProviderError(error) && !error.retryable) refusals.refused(wayOf(at, asked))
    const to = voices[at + 1]?.name ?? null
    o.onFallback({ from: voices[at]?.name ?? '', to, error })
    if (to === null) throw error
    return at + 1
  }

  /** The first of the voices from `at` on that begins. */
  async function begin(text: string, at: number, asked: Asked): Promise<Speaking> {
    for (let voice = worthAsking(at, asked); ;) {
      try {
        return { at: voice, text, speech: await voiceAt(voice).synthesize(text, asked) }
      } catch (error) {
        voice = worthAsking(fallBack(voice, error, asked), asked)
      }
    }
  }

  /** What a voice says, at `rate`; throws when it fails. Silence before the first sound waits until there is one. */
  async function* sounding(
    { speech, text, at }: Speaking,
    o: { rate: number; meter: SoundMeter },
  ): AsyncGenerator<Uint8Array> {
    const decode = createPcmDecoder()
    const resampler =
      speech.rate === o.rate
        ? null
        : createResampler(speech.rate, o.rate, bankOf(speech.rate, o.rate))
    const silent: Uint8Array[] = []
    let length = 0
    for await (const bytes of speech.audio) {
      const samples = decode(bytes)
      length += samples.length
      o.meter.add(samples)
      if (!o.meter.audible && length > longestSilenceS * speech.rate) break
      const out = bytesOf(resampler === null ? samples : resampler.push(samples))
      if (o.meter.audible) yield* [...silent.splice(0), out]
      else silent.push(out)
    }
    if (!o.meter.audible && /[\p{L}\p{N}]/u.test(text)) {
      const name = voices[at]?.name ?? ''
      throw new ProviderError(name, `${name} sent silence instead of speech`, { retryable: true })
    }
    yield* silent
    if (resampler !== null) yield bytesOf(resampler.flush())
  }

  async function* speak(
    first: Speaking,
    asked: Asked,
    onOther: (speaking: Speaking | null) => void,
  ): AsyncGenerator<Uint8Array> {
    const { rate } = first.speech
    for (let now = first; ;) {
      const meter = createSoundMeter(now.speech.rate)
      const voice = wayOf(now.at, asked)
      try {
        yield* sounding(now, { rate, meter })
        pace.learn(voice, now.text, meter.soundMs)
        refusals.forget(voice)
        return
      } catch (error) {
        onOther(null)
        const next = fallBack(now.at, error, asked)
        const rest = pace.rest(voice, now.text, meter.soundMs)
        if (rest === '') return
        now = await begin(rest, next, asked)
        onOther(now)
      }
    }
  }

  return {
    get cacheId() {
      return voiceAt(0).cacheId
    },
    async synthesize(sentence, asked) {
      const first = await begin(sentence, 0, asked)
      let own = first.at === 0
      let now = first
      const audio = speak(first, asked, (speaking) => {
        own = false
        now = speaking ?? now
      })
      return {
        rate: first.speech.rate,
        audio,
        get by() {
          return now.speech.by ?? voices[now.at]?.name
        },
        keep: () => own && (first.speech.keep?.() ?? true),
      }
    },
    async warm(asked) {
      for (const { provider } of voices) await provider.warm?.(asked)
    },
  }
}

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}
