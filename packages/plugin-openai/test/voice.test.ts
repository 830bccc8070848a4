import { readWavHeader, type Speech } from '@portaria/core/plugin'
import { startOpenAiServer } from '@portaria/test-kit/emulators/openai-server'
import { describe, expect, it, vi } from 'vitest'
import { soundFormat } from '../src/sound-format.ts'
import { wavOf } from '../src/wav.ts'
import { all, failure, ttsOf } from './support.ts'

const { signal } = new AbortController()
const usual = { rate: 8_000, language: 'pt-BR', voice: {}, signal } as const

const bytesOf = async ({ audio }: Speech): Promise<Buffer> => Buffer.concat(await all(audio))

async function speaking(
  options: object = {},
  server: Parameters<typeof startOpenAiServer>[0] = {},
) {
  const started = await startOpenAiServer(server)
  const { baseURL, key } = started
  const lines: string[] = []
  const tts = await ttsOf({ baseURL, key, tts: { model: 'm', ...options } }, { lines })
  return {
    server: started,
    tts,
    lines,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  }
}

describe('a sentence', () => {
  it('is heard while the server still makes it', async () => {
    await using talk = await speaking({}, { blockEveryMs: 1_000 })
    const stop = new AbortController()
    const speech = await talk.tts.synthesize('Bom dia.', { ...usual, signal: stop.signal })
    const parts = speech.audio[Symbol.asyncIterator]()
    expect((await parts.next()).value).not.toHaveLength(0)
    expect(talk.server.pending).toBe(1)
    stop.abort(new Error('interrupted'))
    await expect(parts.next()).rejects.toThrow('interrupted')
    await vi.waitFor(() => expect(talk.server.pending).toBe(0), 10_000)
  })

  it('is made no further when its listener leaves', async () => {
    await using talk = await speaking({}, { blockEveryMs: 60_000 })
    const speech = await talk.tts.synthesize('Bom dia.', usual)
    for await (const _ of speech.audio) break
    await vi.waitFor(() => expect(talk.server.pending).toBe(0), 10_000)
  })

  it.each(['pcm', 'wav'])('comes at 24 kHz as %s, without a header', async (format) => {
    await using talk = await speaking({ format })
    const speech = await talk.tts.synthesize('Bom dia, em que posso ajudar?', usual)
    expect(speech.rate).toBe(24_000)
    const pcm = await bytesOf(speech)
    expect(pcm.length / 2 / 24_000).toBeCloseTo(1.74, 2)
    expect(pcm.toString('latin1', 0, 4)).not.toBe('RIFF')
    expect(talk.server.spoken).toEqual([
      {
        model: 'm',
        voice: 'alloy',
        input: 'Bom dia, em que posso ajudar?',
        response_format: format,
      },
    ])
  })

  it('is spoken as the condomínio wants it', async () => {
    const options = { voice: 'nova', voices: { en: 'echo' }, instructions: 'Slowly.' }
    await using talk = await speaking(options)
    const say = async (voice: object, language = 'pt-BR') =>
      bytesOf(await talk.tts.synthesize('Olá.', { ...usual, voice, language }))
    await say({})
    await say({ speed: 1.5, style: 'cheerful' })
    await say({ name: 'pf_dora', speed: 100 }, 'en')
    await say({}, 'en-US')
    expect(talk.server.spoken).toMatchObject([
      { voice: 'nova', instructions: 'Slowly.' },
      { voice: 'nova', speed: 1.5, instructions: 'Slowly. Speak in this style: cheerful.' },
      { voice: 'pf_dora', speed: 4 },
      { voice: 'echo' },
    ])
    expect(talk.server.spoken[0]).not.toHaveProperty('speed')
  })

  it.each(['pt-BR-AntonioNeural', 'pt-br+f3'])(
    'has the usual voice where %s, of another provider, is asked for, and says so once',
    async (name) => {
      await using talk = await speaking()
      for (const text of ['Um.', 'Dois.']) {
        await bytesOf(await talk.tts.synthesize(text, { ...usual, voice: { name } }))
      }
      expect(talk.server.spoken.map(({ voice }) => voice)).toEqual(['alloy', 'alloy'])
      expect(talk.lines).toHaveLength(1)
    },
  )

  it('of 10,000 characters is spoken in requests that the server takes', async () => {
    await using talk = await speaking()
    const text = 'palavra '.repeat(1_250).trim()
    const pcm = await bytesOf(await talk.tts.synthesize(text, usual))
    const inputs = talk.server.spoken.map(({ input }) => input)
    expect(inputs.join(' ')).toBe(text)
    expect(Math.max(...inputs.map((input) => input.length))).toBeLessThanOrEqual(4_096)
    expect(pcm.length).toBe(3 * 30 * 24_000 * 2)
  })

  it.each(['', '  ', '...', '\u0000\u202E'])('without words is not sent: %j', async (text) => {
    await using talk = await speaking()
    expect(await bytesOf(await talk.tts.synthesize(text, usual))).toHaveLength(0)
    expect(talk.server.requests).toEqual([])
  })

  it('goes out without control characters', async () => {
    await using talk = await speaking()
    await bytesOf(await talk.tts.synthesize('Olá\u0000,\u001B \u202ED’Ávila <b>&\uD800', usual))
    expect(talk.server.spoken[0]?.input).toBe('Olá , D’Ávila <b>&')
  })

  it('may end within a sample', async () => {
    await using talk = await speaking()
    const body = new Uint8Array(4_801).fill(40)
    talk.server.misbehave({ type: 'body', contentType: 'application/octet-stream', body })
    expect(await bytesOf(await talk.tts.synthesize('Olá.', usual))).toHaveLength(4_801)
  })

  it('that stops in the middle is an outage, after what was heard', async () => {
    await using talk = await speaking({ nextAudioMs: 200 }, { blockEveryMs: 60_000 })
    const speech = await talk.tts.synthesize('Olá.', usual)
    const parts = speech.audio[Symbol.asyncIterator]()
    await parts.next()
    const error = await failure(parts.next())
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('200 ms') })
    await vi.waitFor(() => expect(talk.server.pending).toBe(0), 10_000)
  })

  it('that never ends, ends', async () => {
    await using talk = await speaking({ totalMs: 300 })
    const piece = new Uint8Array(480).fill(40)
    talk.server.misbehave({ type: 'never-ends', contentType: 'audio/pcm', piece })
    const speech = await talk.tts.synthesize('Olá.', usual)
    expect((await failure(bytesOf(speech))).retryable).toBe(true)
  })
})

describe('an answer', () => {
  const where = 'http://x/v1'
  const format = (bytes: Uint8Array | string, contentType: string) =>
    soundFormat(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, {
      contentType,
      rate: 24_000,
      where,
      ended: true,
    })

  it.each([
    ['MP3 by its type', 'xxxx', 'audio/mpeg', 'MP3'],
    ['MP3 by its tag', 'ID3\u0004', 'application/octet-stream', 'MP3'],
    ['MP3 by its first frame', '\xff\xfb\x90\x64', 'audio/wav', 'MP3'],
    ['Ogg', 'OggS', '', 'Ogg'],
    ['Opus', 'xxxx', 'audio/opus', 'OPUS'],
    ['FLAC', 'fLaC', 'application/octet-stream', 'FLAC'],
  ])('of %s is refused with what to set', (_, bytes, contentType, name) => {
    const refused = expect.objectContaining({
      retryable: false,
      message: expect.stringMatching(
        new RegExp(`sends ${name}: set plugins\\.openai\\.tts\\.format to wav or pcm`, 'u'),
      ),
    })
    expect(() => format(bytes, contentType)).toThrow(refused)
  })

  it.each([
    ['text/plain', 'quota'],
    ['application/json', '{"error":"o 501"}'],
  ])('of %s is an outage', (contentType, bytes) => {
    expect(() => format(bytes, contentType)).toThrow(expect.objectContaining({ retryable: true }))
  })

  it('of raw samples has the rate of its type, else of the options', () => {
    expect(format('\xff\xff\xff\xff', 'application/octet-stream')?.rate).toBe(24_000)
    expect(format('\xff\xfb\x00\x00', 'audio/pcm;rate=16000')?.rate).toBe(16_000)
  })

  it('of a WAV begins after its header, wherever that is, and however it is cut', () => {
    const wav = Buffer.from(wavOf([new Uint8Array(100)], 22_050))
    const list = Buffer.from('LIST\x05\0\0\0INFOx\0', 'latin1')
    const odd = Buffer.concat([wav.subarray(0, 36), list, wav.subarray(36)])
    expect(readWavHeader(odd)).toMatchObject({ rate: 22_050, dataAt: 44 + list.length })
    for (let length = 0; length < 44 + list.length; length++) {
      expect(readWavHeader(odd.subarray(0, length))).toBeNull()
    }
  })

  it('of a WAV that is no 16-bit mono, or none at all, is refused', () => {
    const wav = (at: number, value: number): Buffer => {
      const file = Buffer.from(wavOf([new Uint8Array(4)], 24_000))
      file.writeUInt16LE(value, at)
      return file
    }
    const lasting = expect.objectContaining({ retryable: false })
    const passing = expect.objectContaining({ retryable: true })
    expect(() => format(wav(22, 2), 'audio/wav')).toThrow(lasting)
    expect(() => format(wav(34, 32), 'audio/wav')).toThrow(lasting)
    expect(() => format(wav(24, 100), 'audio/wav')).toThrow(lasting)
    expect(() => format('RIFFxxxxAVI fmt ', 'audio/wav')).toThrow(passing)
    expect(() => format('RIFFxxxxWAVEfmt ', 'audio/wav')).toThrow(passing)
    const endless = `RIFFxxxxWAVEjunk\xff\xff\xff\x0f${'x'.repeat(20)}`
    expect(() => format(endless, 'audio/wav')).toThrow(passing)
  })
})
