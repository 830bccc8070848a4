import { dialogueConformance } from '@portaria/test-kit/conformance/dialogue'
import { sttConformance } from '@portaria/test-kit/conformance/stt'
import { ttsConformance } from '@portaria/test-kit/conformance/tts'
import { type OpenAiFault, startOpenAiServer } from '@portaria/test-kit/emulators/openai-server'
import { freePorts } from '@portaria/test-kit/free-ports'
import { afterAll, describe, it } from 'vitest'
import { dialogueOf, sttOf, ttsOf } from './support.ts'

const healthy = await startOpenAiServer()
const sick = await startOpenAiServer()
const picky = await startOpenAiServer({ models: ['m'], voices: ['nova'] })
const [deadPort = 0] = await freePorts(1)
const dead = `http://127.0.0.1:${deadPort}/v1`

afterAll(async () => {
  for (const server of [healthy, sick, picky]) await server[Symbol.asyncDispose]()
})

const leftOpen = (): number => healthy.pending + sick.pending + picky.pending
const sections = ['stt', 'tts', 'ai'] as const
type Section = (typeof sections)[number]
type Make<P> = (options: object, signal: AbortSignal) => Promise<P>

/** Options for one kind of provider. */
const optionsOf = (section: Section, server: { baseURL: string; key: string }, more = {}) => ({
  baseURL: server.baseURL,
  key: server.key,
  [section]: { model: 'm', ...more },
})

const short = {
  stt: { timeoutMs: 300 },
  tts: { firstAudioMs: 300, nextAudioMs: 300, totalMs: 300 },
  ai: { timeoutMs: 300 },
}

/** What goes wrong with any server, of whatever kind. */
function faultsOf<P>(section: Section, make: Make<P>) {
  const met = (
    title: string,
    told: { retryable: boolean; message?: RegExp },
    fault: OpenAiFault,
  ) => ({
    title,
    ...told,
    make(signal: AbortSignal) {
      sick.misbehave(fault)
      const endless = fault.type === 'hang' || fault.type === 'never-ends'
      return make(optionsOf(section, sick, endless ? short[section] : {}), signal)
    },
  })
  const status = (code: number, retryable: boolean, message?: RegExp) =>
    met(
      `${code}`,
      { retryable, ...(message === undefined ? {} : { message }) },
      { type: 'status', status: code },
    )
  const body = (title: string, contentType: string, text: string) =>
    met(title, { retryable: true }, { type: 'body', contentType, body: text })
  return [
    status(400, false, new RegExp(`plugins\\.openai\\.${section}\\.model`, 'u')),
    status(401, false, /set plugins\.openai\.key .*OPENAI_API_KEY is for OpenAI's own/u),
    status(403, false, new RegExp(`plugins\\.openai\\.${section}\\.key`, 'u')),
    status(404, false, new RegExp(`plugins\\.openai\\.${section}\\.model`, 'u')),
    status(429, true),
    status(500, true),
    status(503, true),
    met('no answer', { retryable: true, message: /took more than 300 ms/u }, { type: 'hang' }),
    met('a lost connection', { retryable: true }, { type: 'drop', when: 'asked' }),
    met('half an answer', { retryable: true }, { type: 'drop', when: 'answering' }),
    met(
      'a redirect',
      { retryable: false, message: /baseURL/u },
      { type: 'redirect', to: `${healthy.baseURL}/` },
    ),
    body('a page', 'text/html', '<html>oops</html>'),
    body('garbage that claims to be JSON', 'application/json', 'não é JSON'),
    body('an empty answer', 'application/json', ''),
    met(
      'a page of an error without end',
      { retryable: true },
      {
        type: 'body',
        status: 502,
        contentType: 'text/html',
        body: '<html>'.repeat(100_000),
      },
    ),
    {
      title: 'a server that is down',
      retryable: true,
      message: /nothing listens there/u,
      make: (signal: AbortSignal) => make(optionsOf(section, { baseURL: dead, key: 'k' }), signal),
    },
    {
      title: 'a wrong key',
      retryable: false,
      message: /OPENAI_API_KEY/u,
      make: (signal: AbortSignal) =>
        make(optionsOf(section, { ...healthy, key: 'sk-wrong' }), signal),
    },
    {
      title: 'an unknown model',
      retryable: false,
      message: new RegExp(`plugins\\.openai\\.${section}\\.model`, 'u'),
      make: (signal: AbortSignal) => make(optionsOf(section, picky, { model: 'none' }), signal),
    },
  ]
}

describe('recognition keeps the contract of a recogniser', () => {
  const make: Make<Awaited<ReturnType<typeof sttOf>>> = (options, signal) =>
    sttOf(options, { signal })
  const suite = (more: object) =>
    sttConformance({
      make: (signal) => make(optionsOf('stt', healthy, more), signal),
      understood: /apartamento 501/u,
      leftOpen,
      faults: faultsOf('stt', make),
    })
  it.each(suite({}))('whole: $title', ({ run }) => run())
  it.each(suite({ stream: true }))('streamed: $title', ({ run }) => run())
})

describe('voices keep the contract of a voice', () => {
  const make: Make<Awaited<ReturnType<typeof ttsOf>>> = (options, signal) =>
    ttsOf(options, { signal })
  const suite = (more: object) =>
    ttsConformance({
      make: (signal) => make(optionsOf('tts', healthy, more), signal),
      leftOpen,
      faults: [
        ...faultsOf('tts', make),
        {
          title: 'an unknown voice',
          retryable: false,
          message: /plugins\.openai\.tts\.voice/u,
          make: (signal: AbortSignal) => make(optionsOf('tts', picky, { voice: 'nobody' }), signal),
        },
      ],
    })
  it.each(suite({}))('pcm: $title', ({ run }) => run())
  it.each(suite({ format: 'wav' }))('wav: $title', ({ run }) => run())
})

describe('the dialogue keeps the contract of a dialogue', () => {
  const make: Make<Awaited<ReturnType<typeof dialogueOf>>> = (options, signal) =>
    dialogueOf(options, { signal })
  const event = (data: string) => ({
    type: 'body' as const,
    contentType: 'text/event-stream',
    body: `data: ${data}\n\n`,
  })
  const sickOf = (title: string, retryable: boolean, fault: OpenAiFault) => ({
    title,
    retryable,
    make(signal: AbortSignal) {
      sick.misbehave(fault)
      return make(optionsOf('ai', sick, { timeoutMs: 300 }), signal)
    },
  })
  const suite = (more: object) =>
    dialogueConformance({
      make: (signal) => make(optionsOf('ai', healthy, more), signal),
      leftOpen,
      repeatable: true,
      faults: [
        ...faultsOf('ai', make),
        sickOf('a broken event', true, event('{"choices":[{"del')),
        sickOf('an event of another kind', true, event('{"choices":"none"}')),
        sickOf('an error among the events', true, event('{"error":{"message":"o 501 é do Zé"}}')),
        sickOf('a stream without words', true, event('[DONE]')),
        sickOf('a stream that never ends', true, {
          type: 'never-ends',
          contentType: 'text/event-stream',
          piece: ': still here\n\n',
        }),
        sickOf('a line that never ends', true, {
          type: 'never-ends',
          contentType: 'text/event-stream',
          piece: 'a'.repeat(100_000),
        }),
      ],
    })
  it.each(suite({}))('with tools: $title', ({ run }) => run())
  it.each(suite({ answers: 'json' }))('with JSON: $title', ({ run }) => run())
})
