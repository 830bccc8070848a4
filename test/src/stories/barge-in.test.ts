import {
  type Dialogue,
  orAbort,
  type Reply,
  type TextToSpeech,
  type Turn,
} from '@portaria/core/plugin'
import { createDelayedStt } from '@portaria/test-kit/delayed-providers'
import { callIn, type Phone } from '@portaria/test-kit/phone'
import {
  readTone,
  speakInTones,
  type ToneFrame,
  toneSentence,
  wordsIn,
} from '@portaria/test-kit/word-tones'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { type Gate, startGate } from '../support/start-gate.ts'

const rate = 8_000
const frame = 160
const inTime = { timeout: 20_000 }

/** Noise that is the same in every run, never zero (a linear congruential generator, Numerical Recipes). */
function noise(ms: number, peak: number): Int16Array {
  let state = 1
  return Int16Array.from({ length: (ms * rate) / 1_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.round(peak * (state / 2 ** 31 - 1)) || 1
  })
}

/** A voice whose every sample can be told from the others: noise, the same for each sentence. */
const sentenceOfNoise = noise(4_000, 6_000)
const noisyVoice: TextToSpeech = {
  cacheId: 'noise',
  synthesize: () =>
    Promise.resolve({ rate, audio: once(new Uint8Array(sentenceOfNoise.slice().buffer)) }),
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

type Asked = { sentence: string; signal: AbortSignal }

/** A voice of tones that is no faster than it is heard, and never done with some sentences; remembers what it was asked. */
function slowVoice(endless: readonly string[]): { voice: TextToSpeech; asked: Asked[] } {
  const asked: Asked[] = []
  const voice: TextToSpeech = {
    cacheId: 'slow',
    synthesize(sentence, { rate: wanted, signal }) {
      asked.push({ sentence, signal })
      const sound = speakInTones(sentence, { rate: wanted, characterMs: 60 })
      async function* audio(): AsyncGenerator<Uint8Array> {
        const bytes = new Uint8Array(sound.buffer)
        for (let at = 0; at < bytes.length; at += wanted / 5) {
          yield bytes.subarray(at, at + wanted / 5)
          await pause(95, undefined, { signal })
        }
        if (endless.includes(sentence)) await orAbort(new Promise(() => undefined), signal)
      }
      return Promise.resolve({ rate: wanted, audio: audio(), keep: () => false })
    },
  }
  return { voice, asked }
}

/** Says these sentences to the first turn, and nothing to others; remembers its turns. */
function sayingOnce(sentences: readonly string[]): { dialogue: Dialogue; turns: Turn[] } {
  const turns: Turn[] = []
  const conversation = {
    async *reply(turn: Turn): AsyncGenerator<Reply> {
      turns.push(turn)
      if (turns.length > 1) return yield { type: 'say', text: 'Certo.' }
      for (const text of sentences) yield { type: 'say', text }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return { turns, dialogue: { speculative: false, open: () => Promise.resolve(conversation) } }
}

/** Understands these, turn by turn; '' is nothing. */
function hearing(...lines: string[]) {
  const rest = [...lines]
  return createDelayedStt({ name: 'fakes', finalAfterMs: 0, nextLine: () => rest.shift() ?? '' })
}

/** A phone that keeps each sample that it hears. */
async function recordingPhone(gate: Gate): Promise<{ phone: Phone; frames: Int16Array[] }> {
  const frames: Int16Array[] = []
  const onFrame = (pcm: Int16Array): void => void frames.push(pcm.slice())
  return { phone: await callIn({ port: gate.visitorPort, onFrame }), frames }
}

const isSilent = (pcm: Int16Array): boolean => pcm.every((sample) => sample === 0)

describe.concurrent('speaking over the doorman', { timeout: 90_000 }, () => {
  it.each([
    ['a knock', noise(90, 12_000)],
    ['a cough that nobody understands', noise(350, 12_000)],
  ])(
    'by %s only pauses it: what follows joins what was heard without a sample lost or repeated',
    async (_, sound) => {
      const stt = hearing()
      await using gate = await startGate({
        hears: [],
        condominiums: { 1: { greeting: 'Olá.' } },
        providers: { tts: noisyVoice, stt },
      })
      const { phone, frames } = await recordingPhone(gate)
      await using visitor = phone
      const sounding = (): number => frames.filter((pcm) => !isSilent(pcm)).length
      await vi.waitFor(() => expect(sounding()).toBeGreaterThan(30), inTime)
      await visitor.speak(sound)
      const first = frames.findIndex((pcm) => !isSilent(pcm))
      const heard = (): number[] =>
        frames.filter((pcm) => !isSilent(pcm)).flatMap((pcm) => [...pcm])
      await vi.waitFor(
        () => expect(heard().length).toBeGreaterThanOrEqual(sentenceOfNoise.length),
        inTime,
      )
      // It was paused inside of the sentence, and went on.
      const paused = frames.slice(first).findIndex(isSilent)
      expect(paused).toBeGreaterThan(30)
      expect(paused).toBeLessThan(sentenceOfNoise.length / frame)
      const samples = heard()
      expect(sentenceOfNoise.findIndex((sample, i) => sample !== samples[i])).toBe(-1)
      await gate.said('visitor', /Olá/)
    },
  )

  it('for good cancels the synthesis, asks for nothing more, and tells the dialogue what was heard', async () => {
    const sentences = [toneSentence(9), toneSentence(9, 9), toneSentence(9, 18)]
    const { voice, asked } = slowVoice(sentences)
    const { dialogue, turns } = sayingOnce(sentences)
    await using gate = await startGate({
      hears: [],
      providers: { tts: voice, stt: hearing('bom dia', 'apartamento 501'), dialogue },
    })
    const { phone, frames } = await recordingPhone(gate)
    await using visitor = phone
    await gate.said('visitor', /posso ajudar/)
    await visitor.speak(speechOf('002-clean'))
    const words = () => {
      const tones: ToneFrame[] = frames.map((pcm) => readTone(pcm, rate))
      const all = wordsIn(tones).map(({ word }) => word)
      // A voice that is late has a word fall into pieces.
      return all.filter((word, i) => word !== all[i - 1])
    }
    await vi.waitFor(() => expect(words()).toContain('cinco'), inTime)
    await visitor.speak(speechOf('004-clean'))
    await vi.waitFor(() => expect(turns).toHaveLength(2), inTime)
    // Each word has its tone: these are those that left for the visitor.
    const heard = words()
    const played = turns[1]?.played.toLowerCase().match(/\p{L}+/gu) ?? []
    expect(heard.slice(0, played.length)).toEqual([...played])
    expect(heard.length - played.length).toBeLessThanOrEqual(1)
    const ofReply = asked.filter(({ sentence }) => sentences.includes(sentence))
    // The second one was being made while the first was heard.
    expect(ofReply.map(({ sentence }) => sentence)).toEqual(sentences.slice(0, 2))
    for (const { signal } of ofReply) expect(signal.aborted).toBe(true)
  })
})
