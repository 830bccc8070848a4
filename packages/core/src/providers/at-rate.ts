import { createResampler } from '../audio/resample.ts'
import type { Rate } from '../audio/frames.ts'
import { createPcmDecoder } from '../speech/pcm-decoder.ts'
import type { SpeechToText, Transcriber } from './speech-to-text.ts'

/** A leg of a recogniser that takes sound at `rate`, whatever rates the recogniser has itself. */
export async function openAtRate(
  stt: SpeechToText,
  rate: Rate,
  o: { languages: readonly string[]; signal: AbortSignal },
): Promise<Transcriber> {
  const own = stt.rates.includes(rate) ? rate : (stt.rates[0] ?? rate)
  const opened = await stt.open({ ...o, rate: own })
  if (own === rate) return opened
  const decode = createPcmDecoder()
  const resampler = createResampler(rate, own)
  const write = (samples: Int16Array): void =>
    opened.write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
  return {
    begin: (turn, options) => opened.begin(turn, options),
    write: (pcm) => write(resampler.push(decode(pcm))),
    end(turn) {
      write(resampler.flush())
      opened.end(turn)
    },
    get by() {
      return opened.by
    },
    heard: opened.heard,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}
