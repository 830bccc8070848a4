import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { isProviderError } from '../../src/errors.ts'
import { createLimiter } from '../../src/providers/limit-concurrency.ts'
import { limitStt } from '../../src/providers/limit-stt.ts'
import { limitTts } from '../../src/providers/limit-tts.ts'
import { asking, fakeRecogniser, fakeVoice, lengthOf } from './fake-providers.ts'

const name = 'MAX_CONCURRENT_SYNTHESIS'

describe('a limiter', () => {
  it('lets so many work, the others in order', async () => {
    const limiter = createLimiter({ name, max: 2 })
    const { signal } = new AbortController()
    const order: number[] = []
    const enter = async (n: number) => {
      const release = await limiter.acquire(signal)
      order.push(n)
      return release
    }
    const [first, second] = await Promise.all([enter(1), enter(2)])
    const third = enter(3)
    const fourth = enter(4)
    expect([limiter.active, limiter.waiting, order]).toEqual([2, 2, [1, 2]])
    first()
    first()
    const released = await third
    expect([limiter.active, limiter.waiting]).toEqual([2, 1])
    second()
    released()
    ;(await fourth)()
    expect([limiter.active, limiter.waiting, order]).toEqual([0, 0, [1, 2, 3, 4]])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('lets nobody wait for ever, nor too many', async () => {
    const limiter = createLimiter({ name, max: 1, maxWaiting: 2, longestWaitMs: 20 })
    const { signal } = new AbortController()
    const release = await limiter.acquire(signal)
    const gone = new AbortController()
    const aborted = limiter.acquire(gone.signal)
    const late = limiter.acquire(signal)
    const busy: unknown = await limiter.acquire(signal).catch((error: unknown) => error)
    expect(String(busy)).toContain('2 wait already; 1 at a time are allowed')
    expect(isProviderError(busy) && busy.retryable).toBe(true)
    gone.abort(new Error('hung up'))
    await expect(aborted).rejects.toThrow('hung up')
    await expect(late).rejects.toThrow('MAX_CONCURRENT_SYNTHESIS: no place within 20 ms')
    release()
    expect([limiter.active, limiter.waiting]).toEqual([0, 0])
    ;(await limiter.acquire(signal))()
  })
})

describe('a voice with a limit', () => {
  it('gives its place back when speech ends, fails, is left, or is never listened to', async () => {
    const limiter = createLimiter({ name, max: 1 })
    const voice = limitTts(fakeVoice(), limiter)
    await lengthOf(await voice.synthesize('aaaa', asking()))
    for await (const _ of (await voice.synthesize('aaaa', asking())).audio) break
    const dying = limitTts(fakeVoice({ diesAfter: 1 }), limiter)
    await expect(dying.synthesize('aaaa', asking()).then(lengthOf)).rejects.toThrow('down')
    const unheard = new AbortController()
    await voice.synthesize('aaaa', asking(unheard.signal))
    expect(limiter.active).toBe(1)
    unheard.abort()
    expect(limiter.active).toBe(0)
  })
})

describe('a recogniser with a limit', () => {
  const block = new Uint8Array(1_600)

  async function twoLegs(longestWaitMs: number) {
    const ear = fakeRecogniser()
    const limiter = createLimiter({ name: 'MAX_CONCURRENT_TRANSCRIPTIONS', max: 1, longestWaitMs })
    const busy: unknown[] = []
    const stt = limitStt(ear, limiter, { onBusy: (error) => void busy.push(error) })
    const { signal } = new AbortController()
    const open = () => stt.open({ rate: 8_000, languages: [], signal })
    const legs = [await open(), await open()] as const
    for (const [n, leg] of legs.entries()) {
      leg.begin(n + 1, { hints: [], expect: 'open' })
      await expect.poll(() => limiter.active).toBe(1)
      leg.write(block)
      leg.end(n + 1)
    }
    const [first, second] = ear.legs
    if (first === undefined || second === undefined) throw new Error('two legs')
    return { legs, first, second, busy, limiter }
  }

  it('keeps the sound of a turn until there is a place for it', async () => {
    const { legs, first, second, limiter } = await twoLegs(60_000)
    expect([first.told, second.told]).toEqual([['begin 1 ', 'end 1'], []])
    first.push({ type: 'done', turn: 1 })
    await expect.poll(() => second.told).toEqual(['begin 2 ', 'end 2'])
    expect(second.bytes.get(2)).toBe(1_600)
    second.push({ type: 'final', turn: 2, text: 'oi' })
    expect((await legs[1].heard[Symbol.asyncIterator]().next()).value).toMatchObject({ text: 'oi' })
    await legs[1][Symbol.asyncDispose]()
    await legs[0][Symbol.asyncDispose]()
    expect(limiter.active).toBe(0)
  })

  it('is done without words when there is no place in time', async () => {
    const { legs, second, busy } = await twoLegs(20)
    const heard = await legs[1].heard[Symbol.asyncIterator]().next()
    expect(heard.value).toEqual({ type: 'done', turn: 2 })
    expect([second.told, busy.length]).toEqual([[], 1])
    for (const leg of legs) await leg[Symbol.asyncDispose]()
  })
})
