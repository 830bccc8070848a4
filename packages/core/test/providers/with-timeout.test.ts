import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { isProviderError } from '../../src/errors.ts'
import { noFacts } from '../../src/providers/dialogue.ts'
import { withTimeout } from '../../src/providers/with-timeout.ts'
import {
  asking,
  callInfo,
  fakeDialogue,
  fakeRecogniser,
  fakeVoice,
  lengthOf,
  letterMs,
  repliesOf,
  replying,
  saying,
} from './fake-providers.ts'

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
const tts = { name: 'azure', firstMs: 20, nextMs: 20, totalMs: 60_000 }
const stt = { name: 'azure', openMs: 20, finalMs: 20 }
const dialogue = { name: 'ai-http', openMs: 20, firstMs: 20, nextMs: 20, totalMs: 60_000 }

/** What a failure that may be gone a moment later says. */
async function lateness(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'it came',
    (reason: unknown) => reason,
  )
  return isProviderError(error) && error.retryable ? error.message : `not so: ${String(error)}`
}

describe('a voice with limits', () => {
  it('speaks as before within them', async () => {
    const limits = { ...tts, firstMs: 60_000, nextMs: 60_000 }
    const voice = withTimeout('tts', fakeVoice(), limits)
    const { signal } = new AbortController()
    expect(await lengthOf(await voice.synthesize('aaaa', asking(signal)))).toBe(4 * letterMs)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it.each<[string, (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>]>([
    ['answers nothing', () => never()],
    ['sends no sound', async () => parts(0)],
    ['stalls in the middle', async () => parts(3)],
  ])('fails when it %s, and cancels at the vendor', async (_, synthesize) => {
    let aborted = false
    const voice = withTimeout(
      'tts',
      {
        cacheId: 'x',
        async synthesize(_text, { signal }) {
          signal.addEventListener('abort', () => (aborted = true), { once: true })
          return { rate: 8_000, audio: await synthesize(signal) }
        },
      },
      tts,
    )
    const { signal } = new AbortController()
    expect(await lateness(voice.synthesize('aaaa', asking(signal)).then(lengthOf))).toMatch(
      /azure: .* took more than/u,
    )
    expect(aborted).toBe(true)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('fails when it never ends, however steadily it sends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve))
        yield new Uint8Array(2)
      }
    }
    const speech = { rate: 8_000, audio: endless() }
    const voice = { cacheId: 'x', synthesize: () => Promise.resolve(speech) }
    const limits = { name: 'azure', firstMs: 60_000, nextMs: 60_000, totalMs: 50 }
    const limited = withTimeout('tts', voice, limits)
    expect(await lateness(limited.synthesize('a', asking()).then(lengthOf))).toMatch(
      /azure: speech took/u,
    )
  })
})

async function* parts(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield new Uint8Array(160)
  await never()
}

describe('a dialogue with limits', () => {
  it('fails when it does not open, and closes what comes too late', async () => {
    const gate = Promise.withResolvers<void>()
    const slow = fakeDialogue(() => replying(), { open: () => gate.promise })
    const { signal } = new AbortController()
    const opening = withTimeout('dialogue', slow, dialogue).open(callInfo, {
      history: [],
      facts: noFacts,
      signal,
    })
    expect(await lateness(opening)).toMatch(/ai-http: opening a conversation took more than 20 ms/u)
    gate.resolve()
    await expect.poll(() => slow.closed).toBe(1)
  })

  it('fails when a reply does not come, or does not go on', async () => {
    async function* halting() {
      yield { type: 'say', text: 'Só' } as const
      await never()
    }
    for (const reply of [() => halting(), () => never2()]) {
      const limited = withTimeout('dialogue', fakeDialogue(reply), dialogue)
      const { signal } = new AbortController()
      const talk = await limited.open(callInfo, { history: [], facts: noFacts, signal })
      expect(await lateness(repliesOf(talk.reply(saying('oi'), { signal })))).toMatch(
        /ai-http: a reply took/u,
      )
      expect(getEventListeners(signal, 'abort')).toEqual([])
    }
  })
})

async function* never2(): AsyncGenerator<never> {
  yield await never<never>()
}

describe('a recogniser with limits', () => {
  const asked = () => ({
    rate: 8_000 as const,
    languages: ['pt-BR'],
    signal: new AbortController().signal,
  })

  it('fails when a leg does not open', async () => {
    const slow = fakeRecogniser({ open: () => never() })
    expect(await lateness(withTimeout('stt', slow, stt).open(asked()))).toMatch(
      /azure: opening a leg took/u,
    )
  })

  it('fails when the end of a turn brings no end of its words', async () => {
    const mute = fakeRecogniser()
    const leg = await withTimeout('stt', mute, stt).open(asked())
    const heard = leg.heard[Symbol.asyncIterator]().next()
    leg.begin(1, { hints: [], expect: 'open' })
    leg.end(1)
    expect(await lateness(heard)).toMatch(/azure: a transcript took more than 20 ms/u)
    await leg[Symbol.asyncDispose]()
    expect(mute.legs[0]?.closed).toBe(true)
  })

  it('waits as long as a turn lasts, and no longer once its words are there', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length
    const before = timers()
    const ear = fakeRecogniser({
      onEnd: (leg, turn) => leg.push({ type: 'done', turn }),
    })
    const leg = await withTimeout('stt', ear, { ...stt, finalMs: 60_000 }).open(asked())
    leg.begin(1, { hints: [], expect: 'open' })
    leg.end(1)
    const parts = leg.heard[Symbol.asyncIterator]()
    expect((await parts.next()).value).toEqual({ type: 'done', turn: 1 })
    await leg[Symbol.asyncDispose]()
    expect((await parts.next()).done).toBe(true)
    expect(timers()).toBe(before)
  })
})
