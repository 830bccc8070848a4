/** Words that can be told apart on a wire: each is a tone of its own. */

const vocabulary = (
  'um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis ' +
  'dezessete dezoito dezenove vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem'
).split(' ')
const firstHz = 500
const stepHz = 100
/** What every other word sounds like. */
const otherHz = 300
const amplitude = 6_000
const readMs = 20
/** A shorter run is where two sounds meet. */
const leastFrames = 2
const audibleRms = 300

/** The first `count` words (at most 28) as a sentence. */
export function toneSentence(count: number, from = 0): string {
  const words = vocabulary.slice(from, from + count).join(' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

export type ToneSpeech = {
  /** How long a character takes to say; the pause behind a word is one, three where a mark stands. */
  readonly characterMs: number
  /** Words last so much longer, or shorter, than they are written: 0.25 is up to a quarter. Default 0. */
  readonly uneven?: number
}

/** When the sound of a word begins and ends, in ms. */
type TimedWord = { readonly word: string; readonly fromMs: number; readonly toMs: number }

/** Speech as sound, s16le. */
export function speakInTones(text: string, o: ToneSpeech & { rate: number }): Int16Array {
  const words = timesOfWords(text, o)
  const samples = new Int16Array(Math.round(((words.at(-1)?.toMs ?? 0) * o.rate) / 1_000))
  for (const { word, fromMs, toMs } of words) {
    const step = (2 * Math.PI * hzOf(word)) / o.rate
    const from = Math.round((fromMs * o.rate) / 1_000)
    const to = Math.round((toMs * o.rate) / 1_000)
    for (let i = from; i < to; i++) samples[i] = amplitude * Math.sin(step * (i - from))
  }
  return samples
}

export function timesOfWords(text: string, { characterMs, uneven = 0 }: ToneSpeech): TimedWord[] {
  let fromMs = 0
  return (text.toLowerCase().match(/\p{L}+[^\p{L}]*/gu) ?? []).map((written) => {
    const [word = ''] = written.match(/^\p{L}+/u) ?? []
    const marks = written.match(/[,;:.!?]/gu)?.length ?? 0
    // As different from word to word as their tones are.
    const stretch = 1 + uneven * Math.sin(hzOf(word))
    const toMs = fromMs + word.length * characterMs * stretch
    const timed = { word, fromMs, toMs }
    fromMs = toMs + (1 + 2 * marks) * characterMs
    return timed
  })
}

function hzOf(word: string): number {
  const index = vocabulary.indexOf(word)
  return index < 0 ? otherHz : firstHz + index * stepHz
}

/** What one frame of 20 ms is: a word of the vocabulary, another sound, or null for silence. */
export type ToneFrame = string | null

const frequencies = [
  { word: '?', hz: otherHz },
  ...vocabulary.map((word) => ({ word, hz: hzOf(word) })),
]

export function readTone(pcm: Int16Array, rate: number): ToneFrame {
  const energy = pcm.reduce((sum, sample) => sum + sample * sample, 0)
  if (Math.sqrt(energy / pcm.length) < audibleRms) return null
  let best: ToneFrame = null
  let most = 0
  for (const { word, hz } of frequencies) {
    const power = powerAt(pcm, hz / rate)
    if (power > most) [most, best] = [power, word]
  }
  return best
}

/** Goertzel's algorithm. */
function powerAt(pcm: Int16Array, cycles: number): number {
  const factor = 2 * Math.cos(2 * Math.PI * cycles)
  let last = 0
  let beforeLast = 0
  for (const sample of pcm) {
    const next = sample + factor * last - beforeLast
    beforeLast = last
    last = next
  }
  return last * last + beforeLast * beforeLast - factor * last * beforeLast
}

/** Words of the vocabulary one after another, as frames of 20 ms came, and how much of each was heard. */
export function wordsIn(frames: readonly ToneFrame[]): { word: string; heardMs: number }[] {
  const words: { word: string; heardMs: number }[] = []
  for (let at = 0; at < frames.length;) {
    const word = frames[at] ?? null
    let end = at + 1
    while (end < frames.length && frames[end] === word) end += 1
    if (word !== null && word !== '?' && end - at >= leastFrames) {
      words.push({ word, heardMs: (end - at) * readMs })
    }
    at = end
  }
  return words
}
