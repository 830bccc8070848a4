import type { Heard, SpeechToText, Transcriber } from '@portaria/core/plugin'
import { type AvrAsr, type AvrAsrOptions, startAvrAsr } from '@portaria/test-kit/emulators/avr'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { sttOf, textOf } from './providers.ts'

type Bench = AsyncDisposable & { asr: AvrAsr; stt: SpeechToText }

async function bench(o: AvrAsrOptions = {}, options: object = {}): Promise<Bench> {
  const asr = await startAvrAsr(o)
  const stt = await sttOf({ url: asr.url, settleMs: 50, finalMs: 5_000, ...options })
  return { asr, stt, [Symbol.asyncDispose]: () => asr[Symbol.asyncDispose]() }
}

const open = (stt: SpeechToText, signal = new AbortController().signal): Promise<Transcriber> =>
  stt.open({ rate: 8_000, languages: ['pt-BR'], signal })

const hints = { hints: ['Daniel'], expect: 'open' } as const

/** 100 ms of a tone, or of silence. */
function block(loud = true): Uint8Array {
  const samples = new Int16Array(800).map((_, n) => (loud ? 8_000 * Math.sin(n / 3) : 0))
  return new Uint8Array(samples.buffer)
}

function speak(transcriber: Transcriber, turn: number, o: { end?: boolean } = {}): void {
  transcriber.begin(turn, hints)
  for (let n = 0; n < 5; n++) transcriber.write(block())
  if (o.end !== false) transcriber.end(turn)
}

function pause(transcriber: Transcriber, blocks: number): void {
  for (let n = 0; n < blocks; n++) transcriber.write(block(false))
}

/** What is heard until `count` turns are done. */
function listen({ heard }: Transcriber) {
  const parts = heard[Symbol.asyncIterator]()
  return async (count = 1): Promise<Heard[]> => {
    const list: Heard[] = []
    for (let done = 0; done < count;) {
      const next = await parts.next()
      if (next.done === true) throw new Error('the leg ended')
      list.push(next.value)
      if (next.value.type === 'done') done += 1
    }
    return list
  }
}

const final = (turn: number, text: string) => ({ type: 'final', turn, text })

it('has one request for all turns of a leg, and sends silence between them', async () => {
  await using b = await bench({ said: ['primeiro', 'segundo'] })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  await vi.waitFor(() => expect(b.asr.listenings[0]?.bytes).toBeGreaterThan(3_200), 10_000)
  for (const [turn, text] of [
    [1, 'primeiro'],
    [2, 'segundo'],
  ] as const) {
    speak(transcriber, turn)
    expect(await hear()).toEqual([final(turn, text), { type: 'done', turn }])
  }
  expect(b.asr.requests).toBe(1)
  expect(b.asr.listenings[0]?.contentType).toBe('application/octet-stream')
})

it('ends a phrase by silence of its own, when the turn ends in the middle of a word', async () => {
  await using b = await bench({ connector: 'deepgram', phraseEndMs: 1_000 })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  speak(transcriber, 1)
  expect(await hear()).toContainEqual(final(1, 'apartamento 501'))
})

it('waits for the second phrase of a turn, and little once all is understood', async () => {
  await using b = await bench({ said: ['Sou o João.', 'Para o 501.'], finalAfterMs: 60 })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  speak(transcriber, 1, { end: false })
  pause(transcriber, 7)
  for (let n = 0; n < 5; n++) transcriber.write(block())
  transcriber.end(1)
  expect(await hear()).toEqual([
    final(1, 'Sou o João.'),
    final(1, 'Para o 501.'),
    { type: 'done', turn: 1 },
  ])
})

it('is done without words when the container understands none', async () => {
  await using b = await bench({ said: [''] }, { finalMs: 150 })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  speak(transcriber, 1)
  expect(await hear()).toEqual([{ type: 'done', turn: 1 }])
})

it('gives words that come too late to their own turn while no other has begun', async () => {
  await using b = await bench({ finalAfterMs: 300 }, { finalMs: 50 })
  await using transcriber = await open(b.stt)
  const parts = transcriber.heard[Symbol.asyncIterator]()
  speak(transcriber, 1)
  expect((await parts.next()).value).toEqual({ type: 'done', turn: 1 })
  expect((await parts.next()).value).toEqual(final(1, 'apartamento 501'))
})

it('sends whole samples, however odd the blocks are', async () => {
  await using b = await bench()
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  transcriber.begin(1, hints)
  const sound = Buffer.concat([block(), block(), block(), block(), block()])
  for (let at = 0; at < sound.length; at += 333) transcriber.write(sound.subarray(at, at + 333))
  transcriber.end(1)
  expect(await hear()).toContainEqual(final(1, 'apartamento 501'))
  expect((b.asr.listenings[0]?.bytes ?? 1) % 2).toBe(0)
})

it('takes the sound of a whole turn at once, as after a fall-back', async () => {
  await using b = await bench({}, { tailMs: 0 })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  const before = b.asr.listenings[0]?.bytes ?? 0
  transcriber.begin(1, hints)
  for (let n = 0; n < 190; n++) transcriber.write(block(n < 180))
  transcriber.end(1)
  expect(await hear()).toContainEqual(final(1, 'apartamento 501'))
  expect((b.asr.listenings[0]?.bytes ?? 0) - before).toBeGreaterThanOrEqual(190 * 1_600)
})

describe('a container that tells all of the call each time', () => {
  const soniox = { connector: 'soniox', said: ['bom dia quero o 501', 'sim senhor'] } as const

  it('gives partials of a turn, and of each turn only its own words', async () => {
    await using b = await bench(soniox, { mode: 'cumulative' })
    expect(b.stt.partials).toBe(true)
    await using transcriber = await open(b.stt)
    const hear = listen(transcriber)
    speak(transcriber, 1)
    const first = await hear()
    expect(first[0]).toEqual({ type: 'partial', turn: 1, text: 'bom' })
    expect(first.slice(-2)).toEqual([final(1, 'bom dia quero o 501'), { type: 'done', turn: 1 }])
    speak(transcriber, 2)
    expect((await hear()).slice(-2)).toEqual([final(2, 'sim senhor'), { type: 'done', turn: 2 }])
  })
})

describe('the bridge to STT', () => {
  it('is read line by line', async () => {
    const said = ['[No transcription]', 'Apartamento 501.']
    await using b = await bench({ connector: 'asr-to-stt', said }, { mode: 'lines', finalMs: 300 })
    await using transcriber = await open(b.stt)
    const hear = listen(transcriber)
    speak(transcriber, 1)
    expect(await hear()).toEqual([{ type: 'done', turn: 1 }])
    speak(transcriber, 2)
    expect(await hear()).toContainEqual(final(2, 'Apartamento 501.'))
  })
})

it('listens anew when the container ended the request between two turns', async () => {
  await using b = await bench()
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  speak(transcriber, 1)
  await hear()
  b.asr.dropAll()
  await vi.waitFor(() => expect(b.asr.connections).toBe(0), 10_000)
  speak(transcriber, 2)
  expect(await hear()).toContainEqual(final(2, 'apartamento 501'))
  expect(b.asr.requests).toBe(2)
})

it('fails at once, retryable, when the connection drops in the middle of a turn', async () => {
  await using b = await bench({}, { finalMs: 120_000 })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  speak(transcriber, 1, { end: false })
  await vi.waitFor(() => expect(b.asr.pending).toBe(1), 10_000)
  b.asr.dropAll()
  await expect(hear()).rejects.toMatchObject({ provider: 'avr', retryable: true })
})

it('is done in time when the container says nothing at all', async () => {
  await using b = await bench({}, { finalMs: 150 })
  b.asr.misbehave({ type: 'hang' })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  speak(transcriber, 1)
  expect(await hear()).toEqual([{ type: 'done', turn: 1 }])
})

it('gives up a connection that never comes about, and leaves it not open', async () => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stt = await sttOf({ url: `https://127.0.0.1:${port}/x`, connectMs: 300 })
  await expect(open(stt)).rejects.toMatchObject({
    retryable: true,
    message: expect.stringMatching(/connecting to the container .* more than 300 ms/u),
  })
  await vi.waitFor(() => expect(sockets.size).toBe(0), 10_000)
  server.close()
})

it('is done in time when the container writes for ever', async () => {
  await using b = await bench({}, { finalMs: 300 })
  b.asr.misbehave({ type: 'never-ends', piece: 'a', everyMs: 10 })
  await using transcriber = await open(b.stt)
  const hear = listen(transcriber)
  speak(transcriber, 1)
  expect((await hear()).at(-1)).toEqual({ type: 'done', turn: 1 })
})

it('tells no login and no words in an error', async () => {
  await using b = await bench()
  const url = b.asr.url.replace('//', '//canary-user:canary-word@')
  b.asr.misbehave({ type: 'status', status: 401, message: 'canary-text' })
  const stt = await sttOf({ url: `${url}?key=canary-key` })
  await using transcriber = await open(stt)
  speak(transcriber, 1)
  const error: unknown = await listen(transcriber)().catch((thrown: unknown) => thrown)
  expect(textOf(error)).toContain('answered 401')
  expect(textOf(error)).not.toContain('canary')
})

it('leaves nothing open after many legs and turns', async () => {
  await using b = await bench({}, { settleMs: 1 })
  for (let leg = 0; leg < 20; leg++) {
    const life = new AbortController()
    const transcriber = await open(b.stt, life.signal)
    const hear = listen(transcriber)
    for (let turn = 1; turn <= 10; turn++) {
      speak(transcriber, turn)
      await hear()
    }
    life.abort(new Error('over'))
    await expect(hear()).rejects.toThrow('the leg ended')
  }
  await vi.waitFor(() => expect(b.asr.connections).toBe(0), 10_000)
})
