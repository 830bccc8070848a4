import { dialogueConformance } from '@portaria/test-kit/conformance/dialogue'
import { sttConformance } from '@portaria/test-kit/conformance/stt'
import { ttsConformance } from '@portaria/test-kit/conformance/tts'
import {
  type AvrContainer,
  type AvrFault,
  startAvrAsr,
  startAvrLlm,
  startAvrStt,
  startAvrTts,
} from '@portaria/test-kit/emulators/avr'
import { freePorts } from '@portaria/test-kit/free-ports'
import { afterAll, describe, it } from 'vitest'
import { dialogueOf, sttOf, ttsOf } from './providers.ts'

const vosk = await startAvrAsr()
const soniox = await startAvrAsr({ connector: 'soniox', said: ['quero o 501', 'sim'] })
const bridge = await startAvrAsr({ connector: 'asr-to-stt' })
const sickAsr = await startAvrAsr()
const stt = await startAvrStt()
const sickStt = await startAvrStt()
const llm = await startAvrLlm()
const sickLlm = await startAvrLlm()
const tts = await startAvrTts({ connector: 'odd', chunkEveryMs: 1 })
const sickTts = await startAvrTts()
const all = [vosk, soniox, bridge, sickAsr, stt, sickStt, llm, sickLlm, tts, sickTts]
const [deadPort = 0] = await freePorts(1)

afterAll(async () => {
  for (const each of all) await each[Symbol.asyncDispose]()
})

const leftOpen = (): number => all.reduce((sum, { connections }) => sum + connections, 0)
const ears = { settleMs: 50, finalMs: 400 }
const sickEars = { ...ears, finalMs: 10_000 }
const dead = { title: 'a container that is down', retryable: true, message: /nothing listens/u }

/** How a provider of a sick container tells of it. */
function faultsOf<P>(sick: AvrContainer, make: () => Promise<P>) {
  return (title: string, retryable: boolean, message: RegExp, fault: AvrFault) => ({
    title,
    retryable,
    message,
    make() {
      sick.misbehave(fault)
      return make()
    },
  })
}

type Met<P> = ReturnType<typeof faultsOf<P>>

/** What all containers may answer, whatever they are for. */
function statuses<P>(met: Met<P>, option: RegExp) {
  return [
    ...[401, 403, 404, 400, 307].map((status) =>
      met(`${status}`, false, option, { type: 'status', status }),
    ),
    ...[408, 429, 500, 503].map((status) =>
      met(`${status}`, true, new RegExp(String(status), 'u'), { type: 'status', status }),
    ),
    met('a lost connection', true, /avr: http:/u, { type: 'drop' }),
  ]
}

const late = <P>(title: string, met: Met<P>, piece: string | Uint8Array | null) =>
  met(
    title,
    true,
    /took more than \d+ ms/u,
    piece === null ? { type: 'hang' } : { type: 'stall', piece },
  )

describe.each([
  ['final', vosk, /apartamento 501/u],
  ['cumulative', soniox, /quero o 501/u],
  ['lines', bridge, /apartamento 501/u],
] as const)('ears that listen, %s, keep the contract', (mode, { url }, understood) => {
  const make = () => sttOf({ url, mode, ...ears })
  it.each(sttConformance({ make, understood, leftOpen }))('$title', ({ run }) => run())
})

describe('ears that listen to a sick container', () => {
  const { url } = sickAsr
  const met = faultsOf(sickAsr, () => sttOf({ url, ...sickEars }))
  const lines = faultsOf(sickAsr, () => sttOf({ url, mode: 'lines', ...sickEars }))
  const body = (text: string | Uint8Array): AvrFault => ({ type: 'body', body: text })
  const page: AvrFault = { type: 'body', body: '<html>', contentType: 'text/html' }
  const bytes = Buffer.from([0xff, 0xfe, 0x41])
  const message = '[VAD Service: Error during transcription process]\n'
  const processing = 'VAD Processing Error: anything\n'
  const faults = [
    ...statuses(met, /plugins\.avr\.stt\.url/u),
    met('a page', true, /a page/u, page),
    met('garbage', true, /no text/u, { type: 'stall', piece: bytes }),
    met('an end in the middle of a turn', true, /ended the request/u, body('')),
    met('words without end', true, /letters in a turn/u, {
      type: 'never-ends',
      piece: 'palavra '.repeat(200),
    }),
    lines('an error in brackets', true, /its log says why/u, { type: 'stall', piece: message }),
    lines('an error of the detector', true, /its log/u, { type: 'stall', piece: processing }),
    { ...dead, make: () => sttOf({ url: `http://127.0.0.1:${deadPort}/x` }) },
  ]
  const make = () => sttOf({ url, ...ears })
  const checks = sttConformance({ make, faults, leftOpen }).filter(({ title }) =>
    title.startsWith('says that'),
  )
  it.each(checks)('$title', ({ run }) => run())
})

describe('ears that are given a turn keep the contract', () => {
  const make = () => sttOf({ url: stt.url, mode: 'transcribe' })
  const { url } = sickStt
  const met = faultsOf(sickStt, () => sttOf({ url, mode: 'transcribe', finalMs: 300 }))
  const body = (title: string, text: string) =>
    met(title, true, /something else than/u, { type: 'body', body: text })
  const faults = [
    ...statuses(met, /plugins\.avr\.stt\.url/u),
    late('no answer', met, null),
    late('half an answer', met, '{"transc'),
    met('a cut answer', true, /avr: http:/u, { type: 'cut', body: '{"transc' }),
    met('an answer without end', true, /262144 bytes|took more/u, {
      type: 'never-ends',
      piece: ' '.repeat(65_536),
    }),
    body('no answer at all', ''),
    body('a page', '<html>oops</html>'),
    body('a number', '{"transcription":5}'),
    body('a list', '[]'),
    {
      ...dead,
      make: () => sttOf({ url: `http://127.0.0.1:${deadPort}/transcribe`, mode: 'transcribe' }),
    },
  ]
  it.each(sttConformance({ make, faults, leftOpen }))('$title', ({ run }) => run())
})

describe('the dialogue keeps the contract', () => {
  const make = () => dialogueOf({ url: llm.url })
  const { url } = sickLlm
  const met = faultsOf(sickLlm, () => dialogueOf({ url, firstMs: 300, totalMs: 2_000 }))
  const body = (title: string, text: string, message: RegExp) =>
    met(title, true, message, { type: 'body', body: text })
  const text = '{"type":"text","content":"Bom dia."}'
  const faults = [
    ...statuses(met, /plugins\.avr\.ai\.url/u),
    late('no answer', met, null),
    late('half an answer', met, `${text}{"type":`),
    met('a cut answer', true, /avr: http:/u, { type: 'cut', body: text }),
    met('an answer without end', true, /1048576 bytes|took more/u, {
      type: 'never-ends',
      piece: text.repeat(2_000),
    }),
    body('an empty answer', '', /says nothing/u),
    body('an empty text', '{"type":"text","content":" "}', /says nothing/u),
    body('a text that is none', '{"type":"text"}{"type":"text","content":5}', /says nothing/u),
    body('nothing but progress', '{"type":"status","content":"completed"}', /says nothing/u),
    body('an error in the stream', '{"type":"error","content":"João"}', /says that it failed/u),
    body('a page', '<html>oops</html>', /a page/u),
    body('garbage', 'não é JSON', /no JSON object/u),
    body('broken JSON', '{"type":text}', /broken JSON/u),
    body('cut JSON', '{"type":"text","content":"Bom', /in the middle/u),
    body('an object of something else', '{"message":"oops"}', /no "type"/u),
    { ...dead, make: () => dialogueOf({ url: `http://127.0.0.1:${deadPort}/prompt-stream` }) },
  ]
  it.each(dialogueConformance({ make, faults, leftOpen }))('$title', ({ run }) => run())
})

describe('the voice keeps the contract', () => {
  const make = () => ttsOf({ url: tts.url })
  const { url } = sickTts
  const met = faultsOf(sickTts, () => ttsOf({ url, firstMs: 300, nextMs: 300, totalMs: 2_000 }))
  const sound = Buffer.alloc(3_333, 0x80)
  const body = (title: string, text: string | Uint8Array, message: RegExp) =>
    met(title, true, message, { type: 'body', body: text, contentType: 'audio/l16' })
  const faults = [
    ...statuses(met, /plugins\.avr\.tts\.url/u),
    late('no answer', met, null),
    late('a sound that stops', met, sound),
    met('a cut sound', true, /avr: http:/u, { type: 'cut', body: sound }),
    met('a sound without end', true, /17280000 bytes|took more/u, {
      type: 'never-ends',
      piece: Buffer.alloc(100_000, 0x80),
    }),
    body('no sound', '', /no sound/u),
    body('one byte', Buffer.alloc(1), /no sound/u),
    body('a page', '<html><body>Bad gateway</body></html>', /text instead of sound/u),
    body('a short error', '{}', /text instead of sound/u),
    { ...dead, make: () => ttsOf({ url: `http://127.0.0.1:${deadPort}/text-to-speech-stream` }) },
  ]
  it.each(ttsConformance({ make, faults, leftOpen }))('$title', ({ run }) => run())
})
