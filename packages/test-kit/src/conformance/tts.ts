import assert from 'node:assert/strict'
import type { Speech, TextToSpeech } from '@portaria/core/plugin'
import {
  type Bench,
  type Check,
  type ConformanceOptions,
  createChecks,
  failureOf,
  hardTexts,
  orRefused,
} from './check.ts'

export type TtsConformanceOptions = ConformanceOptions<TextToSpeech> & {
  /** Default pt-BR. */
  readonly language?: string
}

const sentence = 'Condomínio Apoena, em que posso ajudar?'
const long =
  'Aguarde mais um momento, por favor, enquanto falo com o morador do apartamento. '.repeat(4)
/** Longer texts take too long to be listened to. */
const mostSpokenWhole = 100
/** Below this peak nobody hears a word. */
const quietestPeak = 200

/** What every voice promises (packages/core/src/providers/text-to-speech.ts). */
export function ttsConformance(o: TtsConformanceOptions): readonly Check[] {
  const { checks, check, faults } = createChecks(o)
  const { language = 'pt-BR' } = o
  const say = (
    { provider, use }: Bench<TextToSpeech>,
    text: string,
    asked: { voice?: object; signal?: AbortSignal } = {},
  ): Promise<Speech> =>
    provider.synthesize(text, { rate: 8_000, language, voice: {}, signal: use.signal, ...asked })
  const spoken = async (bench: Bench<TextToSpeech>, text: string, asked?: { voice: object }) =>
    allOf(await say(bench, text, asked))

  check('names what its sound depends on, always alike', async ({ provider }) => {
    const { cacheId } = provider
    assert.equal(typeof cacheId, 'string')
    assert.notEqual(cacheId, '')
    assert.equal(provider.cacheId, cacheId, 'nothing would ever be found under it')
  })

  check('gets ready, or says no, and not for nobody', async (bench) => {
    const { provider, use } = bench
    const warm = async (signal: AbortSignal): Promise<void> => provider.warm?.({ language, signal })
    await bench.settled(failureOf(warm(AbortSignal.abort(new Error('gone')))), 'getting ready')
    await bench.settled(orRefused(warm(use.signal)), 'getting ready')
  })

  check('speaks a sentence, loud enough, for a sane time', async (bench) => {
    const speech = await bench.settled(say(bench, sentence), 'synthesize')
    assert.ok(speech.rate >= 8_000 && speech.rate <= 48_000, `a rate in Hz, not ${speech.rate}`)
    const pcm = await bench.settled(allOf(speech), 'the speech')
    const seconds = pcm.length / 2 / speech.rate
    assert.ok(seconds > 0.2 && seconds < 20, `${seconds} s of speech`)
    assert.ok(peakOf(pcm) >= quietestPeak, `a peak of ${peakOf(pcm)} is silence`)
  })

  check('speaks several sentences at a time', async (bench) => {
    const texts = ['Um.', 'Dois, três.', sentence, 'Sim, pode entrar.']
    const all = texts.map((text) => spoken(bench, text))
    for (const pcm of await bench.settled(Promise.all(all), 'four sentences')) {
      assert.ok(pcm.length > 0)
    }
  })

  for (const text of hardTexts) {
    check(`ends, or says no, for ${titleOf(text)}`, async (bench) => {
      const speech = say(bench, text)
      const listen = async (): Promise<void> => {
        if (text.length > mostSpokenWhole) await firstOf(speech)
        else await allOf(await speech)
      }
      await bench.settled(orRefused(listen()), 'the speech')
      bench.use.abort(new Error('enough'))
    })
  }

  check('speaks with another voice, faster, or says no', async (bench) => {
    const voice = { name: 'nobody-knows-Neural"<x>', speed: 2, style: 'cheerful"<x>' }
    await bench.settled(orRefused(spoken(bench, sentence, { voice })), 'the speech')
  })

  check('does not begin when nobody waits any more', async (bench) => {
    const signal = AbortSignal.abort(new Error('gone'))
    const gone = say(bench, sentence, { signal }).then(allOf)
    assert.match(String(await bench.settled(failureOf(gone), 'it')), /gone|abort/iu)
  })

  check('stops when nobody waits for the first sound', async (bench) => {
    const speaking = say(bench, long).then(allOf)
    bench.use.abort(new Error('gone'))
    await bench.settled(failureOf(speaking), 'an aborted synthesis')
  })

  check('stops in the middle, and speaks again afterwards', async (bench) => {
    const speech = await bench.settled(say(bench, long), 'synthesize')
    const parts = speech.audio[Symbol.asyncIterator]()
    await bench.settled(parts.next(), 'the first sound')
    bench.use.abort(new Error('gone'))
    let chunks = 0
    const rest = async (): Promise<void> => {
      while ((await parts.next()).done !== true) chunks += 1
    }
    await bench.settled(failureOf(rest()), 'an aborted speech')
    assert.ok(chunks <= 1, `${chunks} more chunks came of it`)
    const { signal } = new AbortController()
    const again = say(bench, sentence, { signal }).then(allOf)
    assert.ok((await bench.settled(again, 'the next sentence')).length > 0)
  })

  check('lets go when its listener leaves', async (bench) => {
    await bench.settled(firstOf(say(bench, long)), 'leaving')
    assert.ok((await bench.settled(spoken(bench, sentence), 'the next sentence')).length > 0)
  })

  faults((bench) => spoken(bench, sentence))
  return checks
}

async function allOf(speech: Speech): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of speech.audio) chunks.push(chunk.slice())
  return Buffer.concat(chunks)
}

/** Listens to the first sound, then leaves. */
async function firstOf(speech: Promise<Speech>): Promise<void> {
  for await (const chunk of (await speech).audio) if (chunk.length > 0) return
}

function peakOf(pcm: Buffer): number {
  let peak = 0
  for (let at = 0; at + 1 < pcm.length; at += 2)
    peak = Math.max(peak, Math.abs(pcm.readInt16LE(at)))
  return peak
}

function titleOf(text: string): string {
  return text.length > 60 ? `${text.length} characters` : JSON.stringify(text)
}
