import type { Speech, TextToSpeech, Voice } from '@portaria/core/plugin'
import {
  type AzureSpeech,
  type AzureSpeechOptions,
  startAzureSpeech,
} from '@portaria/test-kit/emulators/azure-speech'
import { expect, it, vi } from 'vitest'
import { canary as key, keyIn, ttsOf } from './providers.ts'

const sentence = 'Condomínio Apoena, em que posso ajudar?'
const short = { connectMs: 300, firstAudioMs: 300, nextAudioMs: 300 }

type Bench = AsyncDisposable & { service: AzureSpeech; tts: TextToSpeech }

async function bench(o: AzureSpeechOptions = {}, options: object = {}): Promise<Bench> {
  const life = new AbortController()
  const service = await startAzureSpeech(o)
  const given = { host: service.host, key: service.key, warmVoices: 0, ...options }
  const tts = await ttsOf(given, life.signal)
  return {
    service,
    tts,
    async [Symbol.asyncDispose]() {
      life.abort(new Error('the daemon stops'))
      await vi.waitFor(() => expect(service.open()).toBe(0), { timeout: 10_000 })
      await service[Symbol.asyncDispose]()
    },
  }
}

const say = (
  tts: TextToSpeech,
  text: string,
  o: { voice?: Voice; language?: string; signal?: AbortSignal; rate?: 8000 | 16000 } = {},
): Promise<Speech> =>
  tts.synthesize(text, {
    rate: o.rate ?? 8_000,
    language: o.language ?? 'pt-BR',
    voice: o.voice ?? {},
    signal: o.signal ?? new AbortController().signal,
  })

async function allOf(speech: Promise<Speech>): Promise<number> {
  let bytes = 0
  for await (const chunk of (await speech).audio) bytes += chunk.length
  return bytes
}

it('asks for raw sound at the rate of the leg, in the usual voice of the language', async () => {
  await using b = await bench()
  expect(await allOf(say(b.tts, sentence))).toBe(sentence.length * 60 * 16)
  expect(await allOf(say(b.tts, 'Yes.', { rate: 16_000, language: 'en' }))).toBe(4 * 60 * 32)
  expect(b.service.syntheses).toMatchObject([
    { voice: 'pt-BR-AntonioNeural', format: 'raw-8khz-16bit-mono-pcm', text: sentence },
    { voice: 'en-US-GuyNeural', format: 'raw-16khz-16bit-mono-pcm', text: 'Yes.' },
  ])
})

it('says markup and quotes as text, faster and in a style', async () => {
  await using b = await bench()
  const text = `Sr. <break time="20s"/> D'Ávila & Filhos\u0000\u001B[31m</speak>`
  const voice = { name: 'pt-BR-FranciscaNeural', speed: 1.25, style: 'cheerful' }
  expect(await allOf(say(b.tts, text, { voice }))).toBeGreaterThan(0)
  const [asked] = b.service.syntheses
  expect(asked?.text).toBe(`Sr. <break time="20s"/> D'Ávila & Filhos [31m</speak>`)
  expect(asked?.voice).toBe('pt-BR-FranciscaNeural')
  expect(asked?.ssml).toContain('<prosody rate="+25%">')
  expect(asked?.ssml).toContain('<mstts:express-as style="cheerful">')
})

it('does not ask for what nobody can hear, and cuts what never ends', async () => {
  await using b = await bench()
  expect(await allOf(say(b.tts, ' ... 😀'))).toBe(0)
  expect(b.service.counts.connections).toBe(0)
  await allOf(say(b.tts, 'palavra '.repeat(1_250)))
  expect(b.service.syntheses[0]?.text.length).toBeLessThanOrEqual(2_000)
})

it('speaks sentence after sentence over one connection, and a few at a time over no more than allowed', async () => {
  await using b = await bench({}, { maxVoices: 3 })
  for (let n = 0; n < 20; n++) await allOf(say(b.tts, `Frase ${n}.`))
  expect(b.service.counts.handshakes).toBe(1)
  const all = Array.from({ length: 12 }, (_, n) => allOf(say(b.tts, `Outra frase ${n}.`)))
  expect((await Promise.all(all)).every((bytes) => bytes > 0)).toBe(true)
  expect(b.service.counts.handshakes).toBeLessThanOrEqual(3)
})

it('is connected before the first sentence, and again after the service dropped everything', async () => {
  await using b = await bench({}, { warmVoices: 2 })
  const connected = (times: number) =>
    vi.waitFor(
      () => {
        expect(b.service.counts.handshakes).toBe(times)
        expect(b.service.open()).toBe(2)
      },
      { timeout: 10_000 },
    )
  await b.tts.warm?.({ language: 'pt-BR', signal: new AbortController().signal })
  await connected(2)
  b.service.dropAll()
  await connected(4)
  expect(await allOf(say(b.tts, sentence))).toBeGreaterThan(0)
})

it('speaks when the connection is lost in the moment that a sentence begins', async () => {
  await using b = await bench()
  await allOf(say(b.tts, sentence))
  b.service.dropAll()
  expect(await allOf(say(b.tts, sentence))).toBe(sentence.length * 60 * 16)
})

it('stops a sentence at the service when the visitor speaks, and uses the connection again', async () => {
  await using b = await bench({ blockEveryMs: 20 })
  const barge = new AbortController()
  const { audio } = await say(b.tts, sentence.repeat(10), { signal: barge.signal })
  const parts = audio[Symbol.asyncIterator]()
  await parts.next()
  barge.abort(new Error('barge-in'))
  await expect(parts.next()).rejects.toThrow('barge-in')
  await vi.waitFor(() => expect(b.service.speaking()).toBe(0), { timeout: 10_000 })
  expect(b.service.counts.stopped).toBe(1)
  await vi.waitFor(async () => {
    expect(await allOf(say(b.tts, 'Sim.'))).toBe(4 * 60 * 16)
  })
  expect(b.service.counts.handshakes).toBeLessThanOrEqual(2)
})

it.each(['silent', 'never-ends', 'drop', 'hang', 'garbage', 'nothing'] as const)(
  'fails, retryable, within its own limit and without the key when the service does: %s; then speaks again',
  async (fault) => {
    await using b = await bench({ key }, { key, limits: short })
    b.service.faults.synthesis = fault
    const error: unknown = await allOf(say(b.tts, sentence)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ provider: 'azure', retryable: true })
    expect(keyIn(error)).toBe(false)
    b.service.faults.synthesis = null
    expect(await allOf(say(b.tts, sentence))).toBe(sentence.length * 60 * 16)
  },
)

it('names the option when the voice is unknown, which does not get better by asking again', async () => {
  await using b = await bench({ voices: ['pt-BR-AntonioNeural'] })
  const voice = { name: 'pt-BR-NobodyNeural' }
  await expect(allOf(say(b.tts, sentence, { voice }))).rejects.toMatchObject({
    retryable: false,
    message: expect.stringMatching(/pt-BR-NobodyNeural.*plugins\.azure\.voice/u),
  })
  expect(await allOf(say(b.tts, sentence, { voice: { name: 'pt-br+f3' } }))).toBeGreaterThan(0)
})

it.each([
  [401, false],
  [429, true],
  [500, true],
  ['html', true],
  ['hang', true],
] as const)('has no key in what it says when the connection gets %s', async (fault, retryable) => {
  await using b = await bench({ key }, { key, limits: short })
  b.service.faults.connect = fault
  const error: unknown = await allOf(say(b.tts, sentence)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ provider: 'azure', retryable })
  expect(keyIn(error)).toBe(false)
  await vi.waitFor(() => expect(b.service.open()).toBe(0), { timeout: 10_000 })
})

it('leaves nothing open after 1,000 sentences, of which every fifth was stopped', async () => {
  await using b = await bench({}, { maxVoices: 4 })
  for (let n = 0; n < 1_000; n++) {
    if (n % 5 !== 0) await allOf(say(b.tts, 'Sim.'))
    else for await (const _ of (await say(b.tts, sentence)).audio) break
  }
  await vi.waitFor(() => expect(b.service.speaking()).toBe(0), { timeout: 10_000 })
  expect(b.service.open()).toBeLessThanOrEqual(4)
  expect(b.service.counts.handshakes).toBeLessThanOrEqual(4)
})
