import { createResampler, designFilterBank, type FilterBank } from '../audio/resample.ts'
import { ProviderError } from '../errors.ts'
import { createPcmDecoder } from '../speech/pcm-decoder.ts'
import type { FallbackOptions, Named } from './fall-back.ts'
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
 * Speech of another than the first voice is not kept under its `cacheId`.
 */
export function withTtsFallback(
  voices: readonly Named<TextToSpeech>[],
  o: FallbackOptions,
): TextToSpeech {
  const pace = createPace()
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

  function fallBack(at: number, error: unknown, asked: Asked): number {
    if (asked.signal.aborted) throw error
    const to = voices[at + 1]?.name ?? null
    o.onFallback({ from: voices[at]?.name ?? '', to, error })
    if (to === null) throw error
    return at + 1
  }

  /** The first of the voices from `at` on that begins. */
  async function begin(text: string, at: number, asked: Asked): Promise<Speaking> {
    for (let voice = at; ;) {
      try {
        return { at: voice, text, speech: await voiceAt(voice).synthesize(text, asked) }
      } catch (error) {
        voice = fallBack(voice, error, asked)
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
      const voice = JSON.stringify([voices[now.at]?.name, asked.language, asked.voice])
      try {
        yield* sounding(now, { rate, meter })
        pace.learn(voice, now.text, meter.soundMs)
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
