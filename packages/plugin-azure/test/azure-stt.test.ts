import type { Heard, Rate, SpeechToText, Transcriber } from '@portaria/core/plugin'
import {
  type AzureSpeech,
  type AzureSpeechOptions,
  startAzureSpeech,
} from '@portaria/test-kit/emulators/azure-speech'
import { expect, it, vi } from 'vitest'
import { canary as key, keyIn, sttOf } from './providers.ts'

const short = { connectMs: 300, finalMs: 300 }
const noHints = { hints: [], expect: 'open' } as const

type Bench = AsyncDisposable & { service: AzureSpeech; stt: SpeechToText }

async function bench(o: AzureSpeechOptions = {}, options: object = {}): Promise<Bench> {
  const service = await startAzureSpeech(o)
  const stt = await sttOf({ host: service.host, key: service.key, ...options })
  return { service, stt, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}

const open = (
  stt: SpeechToText,
  o: { rate?: Rate; language?: string; signal?: AbortSignal } = {},
) =>
  stt.open({
    rate: o.rate ?? 8_000,
    languages: [o.language ?? 'pt-BR'],
    signal: o.signal ?? new AbortController().signal,
  })

function tone(rate: Rate, ms: number): Uint8Array {
  const samples = new Int16Array((rate * ms) / 1000).map((_, i) => 8_000 * Math.sin(i / 3))
  return new Uint8Array(samples.buffer)
}

function speak(transcriber: Transcriber, turn: number, rate: Rate = 8_000): void {
  transcriber.begin(turn, noHints)
  for (let block = 0; block < 5; block++) transcriber.write(tone(rate, 100))
  transcriber.end(turn)
}

/** What is heard until `count` turns are done. */
async function hear({ heard }: Transcriber, count = 1): Promise<Heard[]> {
  const all: Heard[] = []
  let left = count
  for await (const each of heard) {
    all.push(each)
    if (each.type === 'done') left -= 1
    if (left === 0) break
  }
  return all
}

it('hears partials, the end of speech and the final, with the confidence of the service', async () => {
  await using b = await bench({ said: ['quero falar com o João'], confidence: 0.83 })
  await using transcriber = await open(b.stt)
  const hearing = hear(transcriber)
  speak(transcriber, 1)
  const heard = await hearing
  expect(heard[0]).toEqual({ type: 'partial', turn: 1, text: 'quero' })
  expect(heard.slice(-3)).toEqual([
    { type: 'end-of-speech', turn: 1 },
    { type: 'final', turn: 1, text: 'quero falar com o João', confidence: 0.83 },
    { type: 'done', turn: 1 },
  ])
})

it('tells the service the rate, the language, the silence and at most 500 plain hints', async () => {
  await using b = await bench({}, { segmentationSilenceMs: 700 })
  await using transcriber = await open(b.stt, { rate: 16_000, language: 'es' })
  const hints = ['Daniel\u0000 dos\nReis', ' ', 'x'.repeat(200)]
  const many = Array.from({ length: 1_000 }, (_, n) => `unidade ${n}`)
  const hearing = hear(transcriber)
  transcriber.begin(1, { hints: [...hints, ...many], expect: 'unit' })
  transcriber.write(tone(16_000, 300))
  transcriber.end(1)
  await hearing
  const [seen] = b.service.recognitions
  expect(seen).toMatchObject({ rate: 16_000, language: 'es-MX', segmentationMs: 700 })
  expect(seen?.hints).toHaveLength(500)
  expect(seen?.hints.slice(0, 2)).toEqual(['Daniel dos Reis', 'unidade 0'])
})

it('names a late final by its own turn, when the next one has begun', async () => {
  await using b = await bench({ said: ['primeiro', 'segundo'], finalAfterMs: 150 })
  await using transcriber = await open(b.stt)
  const hearing = hear(transcriber, 2)
  speak(transcriber, 1)
  speak(transcriber, 2)
  const finals = (await hearing).filter(({ type }) => type === 'final')
  expect(finals).toHaveLength(2)
  expect(finals).toContainEqual({ type: 'final', turn: 1, text: 'primeiro', confidence: 0.9 })
  expect(finals).toContainEqual({ type: 'final', turn: 2, text: 'segundo', confidence: 0.9 })
})

it('fails at once, retryable, when the connection drops in the middle of a turn', async () => {
  await using b = await bench({}, { limits: { finalMs: 120_000 } })
  await using transcriber = await open(b.stt)
  const hearing = hear(transcriber)
  b.service.faults.recognition = 'drop'
  speak(transcriber, 1)
  const message = 'azure: the connection failed while listening: websocket error code: 1006'
  await expect(hearing).rejects.toMatchObject({ provider: 'azure', retryable: true, message })
})

it('says why nobody can be reached, without a word that only the SDK understands', async () => {
  const b = await bench()
  await b[Symbol.asyncDispose]()
  const error: unknown = await open(b.stt).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') as unknown })
  expect(String(error)).not.toMatch(/undefined| {2}/u)
})

it('is connected for the next turn before it begins', async () => {
  await using b = await bench()
  await using transcriber = await open(b.stt)
  const hearing = hear(transcriber, 2)
  for (const turn of [1, 2]) {
    expect(b.service.counts.handshakes).toBe(turn)
    speak(transcriber, turn)
    const connected = (): void => expect(b.service.counts.handshakes).toBe(turn + 1)
    await vi.waitFor(connected, { timeout: 10_000 })
  }
  await hearing
})

it('uses a new connection when the one kept ready was lost', async () => {
  await using b = await bench()
  await using transcriber = await open(b.stt)
  b.service.dropAll()
  await vi.waitFor(() => expect(b.service.open()).toBe(0))
  const hearing = hear(transcriber)
  speak(transcriber, 1)
  expect(await hearing).toContainEqual(expect.objectContaining({ type: 'final', turn: 1 }))
})

it('fails while somebody still speaks when the connection of their turn does not come about', async () => {
  await using b = await bench({}, { limits: { connectMs: 300, finalMs: 120_000 } })
  await using transcriber = await open(b.stt)
  b.service.faults.connect = 'hang'
  const hearing = hear(transcriber, 2)
  speak(transcriber, 1)
  transcriber.begin(2, noHints)
  transcriber.write(tone(8_000, 100))
  await expect(hearing).rejects.toMatchObject({
    retryable: true,
    message: expect.stringContaining('connecting to recognition took more than 300 ms'),
  })
  await vi.waitFor(() => expect(b.service.open()).toBe(0), { timeout: 10_000 })
})

it.each(['silent', 'never-ends', 'garbage', 'drop'] as const)(
  'fails, retryable, within its own limit and without the key when the service is %s',
  async (fault) => {
    await using b = await bench({ key }, { key, limits: short })
    await using transcriber = await open(b.stt)
    b.service.faults.recognition = fault
    const hearing = hear(transcriber)
    speak(transcriber, 1)
    const error: unknown = await hearing.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ provider: 'azure', retryable: true })
    expect(keyIn(error)).toBe(false)
    await vi.waitFor(() => expect(b.service.open()).toBe(0), { timeout: 10_000 })
  },
)

it.each([
  [401, false, /key was refused \(401\).*AZURE_SPEECH_KEY/u],
  [403, false, /key was refused \(403\)/u],
  [404, false, /AZURE_SPEECH_REGION/u],
  [429, true, /too many requests/u],
  [500, true, /failed \(500\)/u],
  ['html', true, /failed \(502\)/u],
  ['hang', true, /more than 300 ms/u],
] as const)(
  'says what is wrong when the connection gets %s, once, without the key',
  async (fault, retryable, message) => {
    await using b = await bench({ key }, { key, limits: short })
    b.service.faults.connect = fault
    const error: unknown = await open(b.stt).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      provider: 'azure',
      retryable,
      message: expect.stringMatching(message),
    })
    expect(keyIn(error)).toBe(false)
    expect(b.service.counts.handshakes).toBe(1)
    await vi.waitFor(() => expect(b.service.open()).toBe(0), { timeout: 10_000 })
  },
)

it('leaves nothing open after 200 turns, and none of its leg when the leg is over', async () => {
  await using b = await bench()
  const leg = new AbortController()
  const transcriber = await open(b.stt, { signal: leg.signal })
  const parts = transcriber.heard[Symbol.asyncIterator]()
  for (let turn = 1; turn <= 200; turn++) {
    speak(transcriber, turn)
    for (;;) {
      const { value } = await parts.next()
      if ((value as Heard).type === 'done') break
    }
  }
  await vi.waitFor(() => expect(b.service.open()).toBe(1), { timeout: 10_000 })
  leg.abort(new Error('over'))
  expect(await parts.next()).toEqual({ done: true, value: undefined })
  await vi.waitFor(() => expect(b.service.open()).toBe(0), { timeout: 10_000 })
})
