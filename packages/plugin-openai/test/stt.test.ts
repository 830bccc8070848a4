import type { Heard } from '@portaria/core/plugin'
import { startOpenAiServer } from '@portaria/test-kit/emulators/openai-server'
import { describe, expect, it, vi } from 'vitest'
import { realWords, understoodOf } from '../src/transcript.ts'
import { wavOf } from '../src/wav.ts'
import { failure, sttOf } from './support.ts'

const rate = 16_000

/** 16-bit mono of a loud tone, or of silence. */
function sound(ms: number, amplitude = 6_000): Uint8Array {
  const samples = new Int16Array((rate * ms) / 1_000)
  samples.forEach((_, at) => (samples[at] = amplitude * Math.sin(at / 5)))
  return new Uint8Array(samples.buffer)
}

type Asked = {
  readonly blocks?: readonly Uint8Array[]
  readonly expect?: 'open' | 'yes-no'
  readonly hints?: readonly string[]
}

/** What is heard of one turn, up to its `done`. */
async function hear(options: object, o: Asked = {}): Promise<Heard[]> {
  const stt = await sttOf(options)
  const { signal } = new AbortController()
  await using transcriber = await stt.open({ rate, languages: ['pt-BR'], signal })
  transcriber.begin(1, { hints: o.hints ?? [], expect: o.expect ?? 'open' })
  for (const block of o.blocks ?? [sound(600)]) transcriber.write(block)
  transcriber.end(1)
  const heard: Heard[] = []
  for await (const each of transcriber.heard) {
    if (each.type === 'done') break
    heard.push(each)
  }
  return heard
}

describe('a turn', () => {
  it('is sent as a WAV when it is over, with language, model and hints', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    const hints = ['Daniel dos Reis', '501\n', '']
    const heard = await hear({ baseURL, key, stt: { model: 'whisper-1' } }, { hints })
    expect(heard).toEqual([{ type: 'final', turn: 1, text: 'apartamento 501' }])
    expect(server.heard).toEqual([
      {
        rate,
        soundMs: 600,
        speechMs: 600,
        fields: {
          model: 'whisper-1',
          language: 'pt',
          prompt: 'Daniel dos Reis, 501',
          response_format: 'json',
        },
      },
    ])
  })

  it('of a yes or a no is coloured by no hint', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    await hear(
      { baseURL, key, stt: { model: 'm' } },
      { hints: ['sim', 'pode entrar'], expect: 'yes-no' },
    )
    expect(server.heard[0]?.fields).not.toHaveProperty('prompt')
  })

  it('has no more hints than the model reads', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    const hints = Array.from({ length: 1_000 }, (_, unit) => `unidade ${unit}`)
    await hear({ baseURL, key, stt: { model: 'm' } }, { hints })
    expect(server.heard[0]?.fields['prompt']?.length).toBeLessThanOrEqual(600)
    expect(server.heard[0]?.fields['prompt']).toMatch(/^unidade 0, .* \d+$/u)
  })

  it('is kept up to 30 s', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    const blocks = Array.from({ length: 450 }, () => sound(100))
    await hear({ baseURL, key, stt: { model: 'm' } }, { blocks })
    expect(server.heard[0]?.soundMs).toBe(30_000)
  })

  it('without a sound of 100 ms is not sent', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    const blocks = [new Uint8Array(0), sound(50)]
    expect(await hear({ baseURL, key, stt: { model: 'm' } }, { blocks })).toEqual([])
    expect(server.requests).toEqual([])
  })

  it('of silence has no words', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    const blocks = [sound(600, 20)]
    expect(await hear({ baseURL, key, stt: { model: 'm' } }, { blocks })).toEqual([])
    expect(server.heard[0]?.speechMs).toBe(0)
  })

  it('is heard word by word where the server streams', async () => {
    await using server = await startOpenAiServer({ script: ['É uma entrega'] })
    const { baseURL, key } = server
    expect(await hear({ baseURL, key, stt: { model: 'm', stream: true } })).toEqual([
      { type: 'partial', turn: 1, text: 'É' },
      { type: 'partial', turn: 1, text: 'É uma' },
      { type: 'partial', turn: 1, text: 'É uma entrega' },
      { type: 'final', turn: 1, text: 'É uma entrega' },
    ])
  })

  it('has a confidence where the server gives details', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    const [final] = await hear({ baseURL, key, stt: { model: 'm', details: true } })
    expect(final).toMatchObject({ text: 'apartamento 501', confidence: Math.exp(-0.1) })
    expect(server.heard[0]?.fields['response_format']).toBe('verbose_json')
  })

  it('that is being recognised is given up when the leg ends', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    server.misbehave({ type: 'hang' })
    const stt = await sttOf({ baseURL, key, stt: { model: 'm' } })
    const leg = new AbortController()
    const transcriber = await stt.open({ rate, languages: ['pt-BR'], signal: leg.signal })
    transcriber.begin(1, { hints: [], expect: 'open' })
    transcriber.write(sound(600))
    transcriber.end(1)
    await vi.waitFor(() => expect(server.pending).toBe(1), 10_000)
    leg.abort(new Error('gone'))
    await vi.waitFor(() => expect(server.pending).toBe(0), 10_000)
  })

  it.each([
    ['no text', '{"task":"transcribe"}'],
    ['a text that is none', '{"text":{"pt":"x"}}'],
    ['a list', '[]'],
  ])('whose answer has %s is an outage', async (_, body) => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    server.misbehave({ type: 'body', contentType: 'application/json', body })
    const error = await failure(hear({ baseURL, key, stt: { model: 'm' } }))
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('transcript') })
  })
})

describe('what is understood', () => {
  it.each([
    'Legendas pela comunidade Amara.org',
    'Subtítulos realizados por la comunidad de Amara.org',
    'Thanks for watching!',
    'Obrigado por assistir.',
    'Inscreva-se no canal e ative o sininho.',
    '[BLANK_AUDIO]',
    '♪ ♪',
    '...',
    '(Música)',
  ])('is nothing where a model only imagined it: %s', (text) => {
    expect(realWords(text)).toBe('')
  })

  it.each(['Obrigado', 'Sim', 'Não', 'Pode', 'Música na obra do 501', 'Gracias', 'Thank you'])(
    'is kept where people may say it: %s',
    (text) => expect(realWords(` ${text}\n`)).toBe(text),
  )

  it('leaves out what Whisper heard in silence, and is as sure as its worst part', () => {
    const segment = (text: string, avg_logprob: number, no_speech_prob: number) => ({
      text,
      avg_logprob,
      no_speech_prob,
    })
    const segments = [
      segment(' É o João.', -0.2, 0.1),
      segment(' Até logo.', -1.5, 0.9),
      segment(' 501.', -0.7, 0.8),
    ]
    expect(understoodOf({ text: 'É o João. Até logo. 501.', segments })).toEqual({
      text: 'É o João. 501.',
      confidence: Math.exp(-0.7),
    })
    expect(understoodOf({ text: 'x', segments: [segment('x', -2, 1)] })).toEqual({ text: '' })
    expect(understoodOf({ text: 'x', segments: 'none' })).toEqual({ text: 'x' })
  })

  it('has no control characters, and an end', () => {
    expect(realWords('a\u0000b\u001B[31m\u202Ec\r\nd')).toBe('a b [31mc d')
    expect(realWords('palavra '.repeat(10_000)).length).toBeLessThanOrEqual(4_000)
  })
})

it('a WAV says what it holds, also of an odd number of bytes', () => {
  const wav = Buffer.from(wavOf([new Uint8Array(3), new Uint8Array(4)], rate))
  expect(wav.toString('latin1', 0, 4)).toBe('RIFF')
  expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
  expect([wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([1, rate, 16])
  expect(wav.readUInt32LE(40)).toBe(6)
})
