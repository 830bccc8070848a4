import type { Speech, TextToSpeech } from '@portaria/core/plugin'
import {
  type AvrTts,
  type AvrTtsOptions,
  startAvrTts,
  toneOf,
} from '@portaria/test-kit/emulators/avr'
import { expect, it } from 'vitest'
import { textOf, ttsOf } from './providers.ts'

const sentence = 'Condomínio Apoena, em que posso ajudar?'

type Bench = AsyncDisposable & { container: AvrTts; tts: TextToSpeech }

async function bench(o: AvrTtsOptions = {}): Promise<Bench> {
  const container = await startAvrTts(o)
  const tts = await ttsOf({ url: container.url })
  return { container, tts, [Symbol.asyncDispose]: () => container[Symbol.asyncDispose]() }
}

const say = (
  tts: TextToSpeech,
  text: string,
  signal = new AbortController().signal,
): Promise<Speech> =>
  tts.synthesize(text, { rate: 8_000, language: 'pt-BR', voice: { name: 'x', speed: 2 }, signal })

async function soundOf({ audio }: Speech): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of audio) chunks.push(chunk)
  return Buffer.concat(chunks)
}

it.each(['google', 'coqui', 'elevenlabs', 'deepgram', 'kokoro', 'odd'] as const)(
  'passes on the samples of %s, and nothing else',
  async (connector) => {
    await using b = await bench({ connector })
    const speech = await say(b.tts, sentence)
    expect(speech.rate).toBe(8_000)
    expect((await soundOf(speech)).equals(toneOf(sentence))).toBe(true)
    expect(b.container.texts).toEqual([sentence])
  },
)

it('asks for one line of plain text, cut at a word, and not for what nobody can hear', async () => {
  await using b = await bench()
  expect(await soundOf(await say(b.tts, ' ... 😀 '))).toHaveLength(0)
  await soundOf(await say(b.tts, "Sr.\r\nD'Ávila\u0000 <b>&</b>\u202E."))
  await soundOf(await say(b.tts, 'palavra '.repeat(1_250)))
  const [name, long = ''] = b.container.texts
  expect(name).toBe("Sr. D'Ávila <b>&</b>.")
  expect(long.length).toBeLessThanOrEqual(2_000)
  expect(long.endsWith('palavra')).toBe(true)
})

it('ends the request when the visitor speaks', async () => {
  await using b = await bench({ chunkEveryMs: 20 })
  const barge = new AbortController()
  const { audio } = await say(b.tts, sentence, barge.signal)
  const parts = audio[Symbol.asyncIterator]()
  await parts.next()
  barge.abort(new Error('barge-in'))
  await expect(parts.next()).rejects.toThrow('barge-in')
  await expect.poll(() => b.container.connections, { timeout: 10_000 }).toBe(0)
})

it('takes the rate of a header, and refuses what is no 16-bit mono PCM', async () => {
  await using b = await bench()
  const wav = (rate: number, channels: number): Buffer => {
    const header = Buffer.alloc(44)
    header.write('RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0', 0, 'latin1')
    header.writeUInt16LE(channels, 22)
    header.writeUInt32LE(rate, 24)
    header.writeUInt16LE(16, 34)
    header.write('data\0\0\0\0', 36, 'latin1')
    return Buffer.concat([header, Buffer.alloc(100, 0x80)])
  }
  b.container.misbehave({ type: 'body', body: wav(24_000, 1) })
  expect((await say(b.tts, sentence)).rate).toBe(24_000)
  b.container.misbehave({ type: 'body', body: wav(8_000, 2) })
  await expect(say(b.tts, sentence)).rejects.toMatchObject({
    retryable: false,
    message: expect.stringMatching(/16-bit mono.*plugins\.avr\.tts/u),
  })
})

it('is kept under another name when the operator names another voice', async () => {
  const url = 'http://127.0.0.1:6003/text-to-speech-stream'
  const ids = [await ttsOf({ url }), await ttsOf({ url, voice: 'Ana' })].map((tts) => tts.cacheId)
  expect(new Set(ids).size).toBe(2)
})

it.each(['status', 'body'] as const)(
  'tells no login and no words in an error: %s',
  async (type) => {
    await using b = await bench()
    const text = '{"message":"canary-text"}'
    b.container.misbehave(
      type === 'body' ? { type, body: text } : { type, status: 500, message: text },
    )
    const tts = await ttsOf({
      url: `${b.container.url.replace('//', '//canary-user:canary-word@')}?key=canary-key`,
    })
    const error: unknown = await say(tts, 'canary-words').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ provider: 'avr', retryable: true })
    expect(textOf(error)).not.toContain('canary')
    expect(tts.cacheId).not.toContain('canary')
  },
)

it('leaves nothing open after 500 sentences, of which every fifth was stopped', async () => {
  await using b = await bench({ connector: 'odd' })
  for (let n = 0; n < 500; n++) {
    const speech = await say(b.tts, 'Sim, um momento.')
    if (n % 5 !== 0) await soundOf(speech)
    else for await (const _ of speech.audio) break
  }
  await expect.poll(() => b.container.connections, { timeout: 10_000 }).toBe(0)
})
