import type { Heard, Rate, SpeechToText, Transcriber } from '@portaria/core/plugin'
import { type AvrStt, type AvrSttOptions, startAvrStt } from '@portaria/test-kit/emulators/avr'
import { expect, it, vi } from 'vitest'
import { sttOf } from './providers.ts'

type Bench = AsyncDisposable & { container: AvrStt; stt: SpeechToText }

async function bench(o: AvrSttOptions = {}): Promise<Bench> {
  const container = await startAvrStt(o)
  const stt = await sttOf({ url: container.url, mode: 'transcribe' })
  return { container, stt, [Symbol.asyncDispose]: () => container[Symbol.asyncDispose]() }
}

const open = (stt: SpeechToText, rate: Rate = 8_000, signal = new AbortController().signal) =>
  stt.open({ rate, languages: ['pt-BR'], signal })

function tone(rate: Rate, ms: number): Uint8Array {
  const samples = new Int16Array((rate * ms) / 1_000).map((_, n) => 8_000 * Math.sin(n / 3))
  return new Uint8Array(samples.buffer)
}

async function turn(transcriber: Transcriber, number: number, sound: readonly Uint8Array[]) {
  transcriber.begin(number, { hints: [], expect: 'open' })
  for (const block of sound) transcriber.write(block)
  transcriber.end(number)
}

async function hear({ heard }: Transcriber): Promise<Heard[]> {
  const list: Heard[] = []
  for await (const each of heard) {
    list.push(each)
    if (each.type === 'done') break
  }
  return list
}

it.each([8_000, 16_000] as const)(
  'sends the sound of a turn with its rate, %i Hz',
  async (rate) => {
    await using b = await bench()
    await using transcriber = await open(b.stt, rate)
    await turn(transcriber, 1, [tone(rate, 500)])
    expect(await hear(transcriber)).toEqual([
      { type: 'final', turn: 1, text: 'apartamento 501' },
      { type: 'done', turn: 1 },
    ])
    expect(b.container.sounds).toMatchObject([{ rate, bytes: rate }])
  },
)

it('sends whole samples, and nothing for a turn without sound', async () => {
  await using b = await bench()
  await using transcriber = await open(b.stt)
  const hearing = hear(transcriber)
  await turn(transcriber, 1, [])
  expect(await hearing).toEqual([{ type: 'done', turn: 1 }])
  expect(b.container.requests).toBe(0)
  const sound = Buffer.from(tone(8_000, 500))
  await turn(transcriber, 2, [sound.subarray(0, 333), sound.subarray(333, 7_999)])
  await vi.waitFor(() => expect(b.container.sounds).toMatchObject([{ bytes: 7_998 }]), 10_000)
})

it('hears nothing where Gemini says so', async () => {
  await using b = await bench({ nothing: '[No transcription]' })
  await using transcriber = await open(b.stt)
  await turn(transcriber, 1, [new Uint8Array(1_600)])
  expect(await hear(transcriber)).toEqual([{ type: 'done', turn: 1 }])
})

it('ends its request when the leg is over', async () => {
  await using b = await bench()
  b.container.misbehave({ type: 'hang' })
  const life = new AbortController()
  const transcriber = await open(b.stt, 8_000, life.signal)
  await turn(transcriber, 1, [tone(8_000, 500)])
  await vi.waitFor(() => expect(b.container.pending).toBe(1), 10_000)
  life.abort(new Error('over'))
  expect(await hear(transcriber)).toEqual([])
  await vi.waitFor(() => expect(b.container.connections).toBe(0), 10_000)
})
