import type { Speech, TextToSpeech } from '@portaria/core/plugin'

/** All samples of a speech, and how many chunks they came in. */
export async function hear(speech: Speech): Promise<{ samples: Int16Array; chunks: number }> {
  const chunks: Uint8Array[] = []
  for await (const chunk of speech.audio) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const samples = new Int16Array(bytes.length >> 1)
  for (let n = 0; n < samples.length; n++) samples[n] = bytes.readInt16LE(2 * n)
  return { samples, chunks: chunks.length }
}

type Asked = { language?: string; name?: string; speed?: number; signal?: AbortSignal }

export function say(voice: TextToSpeech, text: string, o: Asked = {}): Promise<Speech> {
  const { language = 'pt-BR', signal = new AbortController().signal, ...named } = o
  return voice.synthesize(text, { rate: 8_000, language, voice: named, signal })
}

/** Level of the speech in dBFS, silence between words left out: frames of 20 ms within 30 dB of the loudest. */
export function speechLevel(samples: Int16Array): number {
  const powers: number[] = []
  for (let at = 0; at + 441 <= samples.length; at += 441) {
    powers.push(samples.subarray(at, at + 441).reduce((sum, sample) => sum + sample ** 2, 0) / 441)
  }
  const active = powers.filter((power) => power > Math.max(...powers) / 1_000)
  const mean = active.reduce((sum, power) => sum + power, 0) / active.length
  return 10 * Math.log10(mean / 32_768 ** 2)
}
