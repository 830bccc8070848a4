import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { isProviderError, ProviderError } from '../../src/errors.ts'
import { type Log, silentLog } from '../../src/log.ts'
import type { Speech, TextToSpeech } from '../../src/providers/text-to-speech.ts'
import type { Utterance } from '../../src/speech/utterance.ts'
import { createVoiceBox, type Speaking } from '../../src/speech/voice-box.ts'

type Request = { text: string; rate: number; signal: AbortSignal }

/** A vendor of the tests: says what `speak` gives, and remembers what it was asked. */
function voiceThat(speak: (request: Request) => Speech | Promise<Speech>): TextToSpeech & {
  requests: Request[]
} {
  const requests: Request[] = []
  return {
    cacheId: 'test-1',
    requests,
    async synthesize(text, { rate, signal }) {
      const request = { text, rate, signal }
      requests.push(request)
      return speak(request)
    },
  }
}

async function* chunksOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

function hum(samples: number, amplitude = 9_000): Int16Array {
  return Int16Array.from({ length: samples }, (_, n) => Math.round(amplitude * Math.sin(n / 9)))
}

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}

function tenthOfASecond(): Speech {
  return { rate: 8_000, audio: chunksOf(bytesOf(hum(800))) }
}

function speaking(o: Partial<Speaking> = {}): Speaking {
  return { rate: 8_000, language: 'pt-BR', signal: new AbortController().signal, ...o }
}

function samplesOf(utterance: Utterance): number[] {
  return utterance.chunks.flatMap((chunk) => [...chunk])
}

async function completed(utterance: Utterance): Promise<Utterance> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (utterance.complete) resolve()
    }
    utterance.subscribe(look)
    look()
  })
  return utterance
}

/** A gate that a test opens by hand. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: () => resolve() }
}

describe('a voice box', () => {
  it('speaks at the rate of the leg', async () => {
    for (const rate of [8_000, 16_000] as const) {
      const tts = voiceThat(() => ({ rate: 22_050, audio: chunksOf(bytesOf(hum(22_050))) }))
      await using box = createVoiceBox({ tts, log: silentLog })
      const utterance = await completed(box.speak('Aguarde.', speaking({ rate })))
      expect(utterance).toMatchObject({ text: 'Aguarde.', rate, failed: null })
      expect(samplesOf(utterance)).toEqual([...resample(hum(22_050), 22_050, rate)])
    }
  })

  it('gives the same samples however the voice cuts its bytes, odd sizes and offsets included', async () => {
    const samples = hum(2_205)
    const cuts = fc.array(fc.integer({ min: 0, max: samples.byteLength }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        // One byte into a larger buffer: an Int16Array view would throw there.
        const shifted = new Uint8Array(samples.byteLength + 1)
        shifted.set(bytesOf(samples), 1)
        const bounds = [0, ...places.toSorted((a, b) => a - b), samples.byteLength]
        const parts = bounds
          .slice(1)
          .map((end, n) => shifted.subarray((bounds[n] ?? 0) + 1, end + 1))
        const tts = voiceThat(() => ({ rate: 22_050, audio: chunksOf(...parts) }))
        await using box = createVoiceBox({ tts, log: silentLog })
        const utterance = await completed(box.speak('Aguarde.', speaking()))
        expect(utterance.failed).toBeNull()
        expect(samplesOf(utterance)).toEqual([...resample(samples, 22_050, 8_000)])
      }),
      { numRuns: 40 },
    )
  })

  it('lets the first chunk be heard while the rest is still being made', async () => {
    const rest = gate()
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield bytesOf(hum(800))
      await rest.opened
      yield bytesOf(hum(800))
    }
    const tts = voiceThat(() => ({ rate: 8_000, audio: slowly() }))
    await using box = createVoiceBox({ tts, log: silentLog })
    const utterance = box.speak('Aguarde.', speaking())
    const first = Promise.withResolvers<void>()
    utterance.subscribe(() => first.resolve())
    await first.promise
    expect(utterance.complete).toBe(false)
    expect(samplesOf(utterance)).toHaveLength(800)
    rest.open()
    expect(samplesOf(await completed(utterance))).toHaveLength(1_600)
  })

  it('answers from memory, complete before it returns, per text, rate, language and voice', async () => {
    const tts = voiceThat(tenthOfASecond)
    await using box = createVoiceBox({ tts, log: silentLog })
    const first = await completed(box.speak('Aguarde.', speaking()))
    const again = box.speak(' Aguarde. ', speaking())
    expect(again.complete).toBe(true)
    expect(samplesOf(again)).toEqual(samplesOf(first))
    expect(tts.requests).toHaveLength(1)
    await completed(box.speak('Aguarde.', speaking({ rate: 16_000 })))
    await completed(box.speak('Aguarde.', speaking({ language: 'es' })))
    await completed(box.speak('Aguarde.', speaking({ voice: { speed: 1.2 } })))
    expect(tts.requests).toHaveLength(4)
    expect(box.cached.entries).toBe(4)
  })

  it('answers a leg of another rate from memory, and has it spoken at its own for the next time', async () => {
    const tts = voiceThat(({ rate }) => ({ rate, audio: chunksOf(bytesOf(hum(rate / 10))) }))
    await using box = createVoiceBox({ tts, log: silentLog })
    await completed(box.speak('Aguarde.', speaking()))
    const wide = speaking({ rate: 16_000 })
    const first = box.speak('Aguarde.', wide)
    expect(first).toMatchObject({ complete: true, failed: null, rate: 16_000, by: 'cache' })
    expect(samplesOf(first)).toEqual([...resample(hum(800), 8_000, 16_000)])
    await vi.waitFor(() => expect(box.cached.entries).toBe(2), { timeout: 10_000 })
    expect(samplesOf(box.speak('Aguarde.', wide))).toEqual([...hum(1_600)])
    expect(tts.requests.map(({ rate }) => rate)).toEqual([8_000, 16_000])
  })

  it('says what it remembers to a leg of another rate, though no voice works any more', async () => {
    let works = true
    const tts = voiceThat(() => {
      if (!works) throw new ProviderError('test', 'the vendor is down', { retryable: true })
      return tenthOfASecond()
    })
    await using box = createVoiceBox({ tts, log: silentLog })
    await completed(box.speak('Desculpe.', speaking()))
    works = false
    for (let n = 0; n < 3; n++) {
      const utterance = box.speak('Desculpe.', speaking({ rate: 16_000 }))
      expect(utterance).toMatchObject({ complete: true, failed: null })
      expect(samplesOf(utterance)).toHaveLength(1_600)
    }
  })

  it('forgets what was used longest ago when memory is full', async () => {
    const tts = voiceThat(tenthOfASecond)
    await using box = createVoiceBox({ tts, log: silentLog, maxBytes: 5_000 })
    for (const text of ['um', 'dois', 'um', 'três']) await completed(box.speak(text, speaking()))
    expect(box.cached.entries).toBe(2)
    expect(box.cached.bytes).toBeLessThanOrEqual(5_000)
    expect(box.speak('um', speaking()).complete).toBe(true)
    expect(box.speak('dois', speaking()).complete).toBe(false)
  })

  it('shares one synthesis among all who ask at once, and cancels it when the last has gone', async () => {
    const tts = voiceThat(() => new Promise<Speech>(() => {}))
    await using box = createVoiceBox({ tts, log: silentLog })
    const [one, two] = [new AbortController(), new AbortController()]
    const utterance = box.speak('Aguarde.', speaking({ signal: one.signal }))
    box.speak('Aguarde.', speaking({ signal: two.signal }))
    expect(tts.requests).toHaveLength(1)
    one.abort()
    expect(tts.requests[0]?.signal.aborted).toBe(false)
    expect(utterance.complete).toBe(false)
    two.abort(new Error('hung up'))
    expect(tts.requests[0]?.signal.aborted).toBe(true)
    expect(utterance).toMatchObject({ complete: true, failed: { message: 'hung up' } })
  })

  it('starts afresh for who asks after a cancellation, even if the voice ignored it', async () => {
    const slow = gate()
    const tts = voiceThat(async () => {
      if (tts.requests.length === 1) await slow.opened
      return tenthOfASecond()
    })
    await using box = createVoiceBox({ tts, log: silentLog })
    const gone = new AbortController()
    const cancelled = box.speak('Aguarde.', speaking({ signal: gone.signal }))
    gone.abort()
    const again = await completed(box.speak('Aguarde.', speaking()))
    expect(again.failed).toBeNull()
    slow.open()
    await delay(1)
    expect(cancelled.chunks).toHaveLength(0)
  })

  it('says nothing for who has gone already', async () => {
    const tts = voiceThat(tenthOfASecond)
    await using box = createVoiceBox({ tts, log: silentLog })
    const utterance = box.speak('Aguarde.', speaking({ signal: AbortSignal.abort() }))
    expect(utterance.complete).toBe(true)
    expect(utterance.failed).toBeInstanceOf(Error)
    expect(tts.requests).toHaveLength(0)
  })

  it('shows a failure once and tries again the next time', async () => {
    const tts = voiceThat(() => {
      if (tts.requests.length === 1) throw new TypeError('socket closed')
      return tenthOfASecond()
    })
    await using box = createVoiceBox({ tts, log: silentLog })
    const { failed } = await completed(box.speak('Aguarde.', speaking()))
    expect(isProviderError(failed)).toBe(true)
    expect(failed).toMatchObject({ provider: 'test-1', retryable: true })
    expect(failed?.message).toContain('socket closed')
    expect((await completed(box.speak('Aguarde.', speaking()))).failed).toBeNull()
  })

  it('keeps what was made before a voice died in the middle, and does not remember it', async () => {
    async function* dying(): AsyncGenerator<Uint8Array> {
      yield bytesOf(hum(1_600))
      throw new ProviderError('vendor', 'quota', { retryable: false })
    }
    const tts = voiceThat(() => ({ rate: 8_000, audio: dying() }))
    await using box = createVoiceBox({ tts, log: silentLog })
    const utterance = await completed(box.speak('Aguarde.', speaking()))
    expect(samplesOf(utterance)).toHaveLength(1_600)
    expect(utterance.failed).toMatchObject({ provider: 'vendor', message: 'quota' })
    expect(box.cached.entries).toBe(0)
  })

  it.each([
    { what: 'nothing', samples: hum(0) },
    { what: 'a click', samples: hum(100) },
    { what: 'near silence', samples: hum(8_000, 20) },
  ])('notices a voice that sends $what', async ({ samples }) => {
    const tts = voiceThat(() => ({ rate: 8_000, audio: chunksOf(bytesOf(samples)) }))
    await using box = createVoiceBox({ tts, log: silentLog })
    const { failed } = await completed(box.speak('Aguarde.', speaking()))
    expect(failed?.message).toContain('silence')
    expect(box.cached.entries).toBe(0)
  })

  it('cuts off a voice that hangs', async () => {
    async function* hanging(): AsyncGenerator<Uint8Array> {
      yield bytesOf(hum(800))
      await new Promise(() => {})
    }
    const tts = voiceThat(() => ({ rate: 8_000, audio: hanging() }))
    await using box = createVoiceBox({ tts, log: silentLog, limits: { stallMs: 30 } })
    const { failed } = await completed(box.speak('Aguarde.', speaking()))
    expect(failed).toMatchObject({ retryable: true, message: 'The voice sent nothing for 30 ms' })
    expect(tts.requests[0]?.signal.aborted).toBe(true)
  })

  it('waits for a voice that is slow but steady', async () => {
    async function* steady(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 5; n++) {
        await delay(500)
        yield bytesOf(hum(160))
      }
    }
    const tts = voiceThat(() => ({ rate: 8_000, audio: steady() }))
    await using box = createVoiceBox({ tts, log: silentLog, limits: { stallMs: 2_000 } })
    expect((await completed(box.speak('Aguarde.', speaking()))).failed).toBeNull()
  })

  it('cuts off a voice that drips', async () => {
    async function* dripping(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await delay(5)
        yield bytesOf(hum(8))
      }
    }
    const tts = voiceThat(() => ({ rate: 8_000, audio: dripping() }))
    await using box = createVoiceBox({ tts, log: silentLog, limits: { totalMs: 60 } })
    const { failed } = await completed(box.speak('Aguarde.', speaking()))
    expect(failed?.message).toBe('The voice did not end in 60 ms')
  })

  it('cuts off a voice that never stops talking, after 60 s of sound', async () => {
    let sent = 0
    let returned = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          sent += 1
          yield bytesOf(hum(8_000))
        }
      } finally {
        returned = true
      }
    }
    const tts = voiceThat(() => ({ rate: 8_000, audio: endless() }))
    await using box = createVoiceBox({ tts, log: silentLog })
    const utterance = await completed(box.speak('Aguarde.', speaking()))
    expect(utterance.failed?.message).toContain('more than 60 s')
    expect(sent).toBe(61)
    expect(returned).toBe(true)
    expect(samplesOf(utterance).length).toBeLessThanOrEqual(480_000)
  })

  it('refuses a rate that cannot be resampled', async () => {
    const tts = voiceThat(() => ({ rate: 22_051, audio: chunksOf(bytesOf(hum(800))) }))
    await using box = createVoiceBox({ tts, log: silentLog })
    const { failed } = await completed(box.speak('Aguarde.', speaking()))
    expect(isProviderError(failed)).toBe(true)
    expect(failed?.message).toContain('22051 Hz')
  })

  it('speaks nothing for an empty text', async () => {
    const tts = voiceThat(tenthOfASecond)
    await using box = createVoiceBox({ tts, log: silentLog })
    expect(box.speak(' \n ', speaking())).toMatchObject({
      complete: true,
      failed: null,
      chunks: [],
    })
    expect(tts.requests).toHaveLength(0)
  })

  it('speaks at most 2,000 characters, up to the end of a sentence, and says so', async () => {
    const warnings: string[] = []
    const log: Log = { ...silentLog, warn: (_, message) => void warnings.push(message) }
    const tts = voiceThat(tenthOfASecond)
    await using box = createVoiceBox({ tts, log })
    await completed(box.speak('Esta frase se repete. '.repeat(200), speaking()))
    await completed(box.speak('palavra '.repeat(400), speaking()))
    await completed(box.speak('x'.repeat(5_000), speaking()))
    const [sentences, words, letters] = tts.requests.map(({ text }) => text)
    expect(sentences).toMatch(/^(Esta frase se repete\. )+Esta frase se repete\.$/)
    expect(sentences?.length).toBeGreaterThan(1_900)
    expect(words).toMatch(/^(palavra )+palavra$/)
    expect(letters).toHaveLength(2_000)
    for (const text of [sentences, words]) expect(text?.length).toBeLessThanOrEqual(2_000)
    expect(warnings).toHaveLength(3)
  })

  it('leaves no listener on the signal of a call that goes on', async () => {
    const live = new Set<unknown>()
    const { signal } = new AbortController()
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (type: string, listener: () => void, o?: object) => {
      live.add(listener)
      add(type, listener, o)
    }
    signal.removeEventListener = (type: string, listener: () => void) => {
      live.delete(listener)
      remove(type, listener)
    }
    const tts = voiceThat(tenthOfASecond)
    await using box = createVoiceBox({ tts, log: silentLog })
    const utterance = box.speak('Aguarde.', speaking({ signal }))
    expect(live.size).toBe(1)
    await completed(utterance)
    await delay(0)
    expect(live.size).toBe(0)
  })

  it('ends what is being made when it is closed, and makes no more', async () => {
    const tts = voiceThat(() => new Promise<Speech>(() => {}))
    const box = createVoiceBox({ tts, log: silentLog })
    const utterance = box.speak('Aguarde.', speaking())
    await box[Symbol.asyncDispose]()
    expect(utterance.failed?.message).toBe('The voice box is closed')
    expect(tts.requests[0]?.signal.aborted).toBe(true)
    expect(box.speak('Aguarde.', speaking()).failed?.message).toBe('The voice box is closed')
  })
})

describe('warming a voice box', () => {
  it('makes each phrase once, two at a time', async () => {
    let running = 0
    let most = 0
    const tts = voiceThat(async () => {
      most = Math.max(most, ++running)
      await delay(2)
      running -= 1
      return tenthOfASecond()
    })
    await using box = createVoiceBox({ tts, log: silentLog })
    const phrases = ['um', 'dois', 'três', 'quatro', 'cinco', 'um']
    await box.warm(phrases, speaking())
    expect(tts.requests).toHaveLength(5)
    expect(most).toBe(2)
    for (const text of phrases) expect(box.speak(text, speaking()).complete).toBe(true)
    await box.warm(phrases, speaking())
    expect(tts.requests).toHaveLength(5)
  })

  it('goes on after a phrase that fails, and says so once', async () => {
    const warnings: object[] = []
    const log: Log = { ...silentLog, warn: (fields) => void warnings.push(fields) }
    const tts = voiceThat(({ text }) => {
      if (text !== 'três') throw new Error('no such voice')
      return tenthOfASecond()
    })
    await using box = createVoiceBox({ tts, log })
    await box.warm(['um', 'dois', 'três'], speaking())
    expect(box.cached.entries).toBe(1)
    expect(warnings).toEqual([
      { failed: 2, first: { text: 'um', error: 'The voice failed: no such voice' } },
    ])
  })

  it('stops when its signal aborts', async () => {
    const tts = voiceThat(() => new Promise<Speech>(() => {}))
    await using box = createVoiceBox({ tts, log: silentLog })
    const stop = new AbortController()
    const warming = box.warm(['um', 'dois', 'três'], speaking({ signal: stop.signal }))
    stop.abort(new Error('stopping'))
    await expect(warming).rejects.toThrow('stopping')
    expect(tts.requests.map(({ signal }) => signal.aborted)).toEqual([true, true])
  })
})
