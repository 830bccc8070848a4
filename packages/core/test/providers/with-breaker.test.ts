import { describe, expect, it } from 'vitest'
import type { ProviderError } from '../../src/errors.ts'
import { createBreaker, withBreaker } from '../../src/providers/with-breaker.ts'
import { type ProviderUse, withMetrics } from '../../src/providers/with-metrics.ts'
import {
  asking,
  fakeRecogniser,
  fakeVoice,
  lengthOf,
  outage,
  refusal,
  understands,
} from './fake-providers.ts'

function breaking(failure: () => ProviderError | null) {
  let nowMs = 0
  let asked = 0
  const changes: string[] = []
  const breaker = createBreaker({
    name: 'azure',
    failures: 3,
    openMs: 1_000,
    longestMs: 3_000,
    clock: () => nowMs,
    onChange: (state, why) => void changes.push(`${state}: ${why}`),
  })
  const good = fakeVoice()
  const voice = withBreaker(
    'tts',
    {
      ...good,
      synthesize(text, o) {
        asked += 1
        const error = failure()
        return error === null ? good.synthesize(text, o) : Promise.reject(error)
      },
    },
    breaker,
  )
  const say = async (): Promise<string> =>
    voice.synthesize('aaaa', asking()).then(
      async (speech) => `${await lengthOf(speech)} ms`,
      (error: Error) => error.message,
    )
  return { breaker, changes, say, asked: () => asked, later: (ms: number) => (nowMs += ms) }
}

describe('a breaker', () => {
  it('asks a vendor that is down no more, tries it later, and uses it when it is back', async () => {
    let down = true
    const { breaker, changes, say, asked, later } = breaking(() => (down ? outage() : null))
    for (let n = 0; n < 3; n++) expect(await say()).toBe('the vendor is down')
    expect(await say()).toBe('azure is not asked for a while, it failed: the vendor is down')
    expect([breaker.state, breaker.failures, asked()]).toEqual(['open', 3, 3])

    later(1_000)
    expect(breaker.state).toBe('half-open')
    const both = [say(), say()]
    expect((await Promise.all(both)).map((each) => each.slice(0, 5))).toEqual(['the v', 'azure'])
    later(1_999)
    expect(breaker.state).toBe('open')
    later(1)
    expect(await say()).toBe('the vendor is down')
    later(2_999)
    expect(breaker.state).toBe('open')
    later(1)
    down = false
    expect(await say()).toBe('200 ms')
    expect([breaker.state, breaker.failures]).toEqual(['closed', 0])
    expect(await say()).toBe('200 ms')
    expect(changes).toEqual(['open: the vendor is down', 'closed: null'])
  })

  it('stays closed when failures are not in a row, or are answers', async () => {
    const outcomes = [outage, outage, null, outage, outage, refusal, refusal, null]
    const { breaker, say } = breaking(() => outcomes.shift()?.() ?? null)
    while (outcomes.length > 0) await say()
    expect(breaker.state).toBe('closed')
  })

  it('forgets a try that nobody waited for', async () => {
    const { breaker, say, later } = breaking(() => outage())
    for (let n = 0; n < 3; n++) await say()
    later(1_000)
    breaker.begin('synthesize').end({ type: 'aborted' })
    expect(() => breaker.begin('synthesize')).not.toThrow('not asked')
    expect(() => breaker.begin('synthesize')).toThrow('not asked')
    later(1_000)
    expect(() => breaker.begin('synthesize')).not.toThrow('not asked')
  })

  it('takes an open leg for no proof that a recogniser understands', async () => {
    const breaker = createBreaker({ name: 'azure', failures: 2 })
    const ear = fakeRecogniser()
    const stt = withBreaker('stt', ear, breaker)
    const asked = { rate: 8_000 as const, languages: [], signal: new AbortController().signal }
    for (let n = 0; n < 2; n++) {
      const leg = await stt.open(asked)
      const heard = leg.heard[Symbol.asyncIterator]().next()
      if (n === 0) leg.end(1)
      ear.legs[n]?.fail(outage())
      await expect(heard).rejects.toThrow('down')
    }
    expect(breaker.state).toBe('open')
    await expect(stt.open(asked)).rejects.toThrow('azure is not asked')
  })
})

describe('metrics of a provider', () => {
  it('tell how long the first and the last took, and how it ended', async () => {
    const uses: ProviderUse[] = []
    let nowMs = 0
    const o = { onUse: (use: ProviderUse) => void uses.push(use), clock: () => (nowMs += 5) }
    const voice = withMetrics('tts', fakeVoice(), { ...o, name: 'azure' })
    await lengthOf(await voice.synthesize('a', asking()))
    const failing = withMetrics('tts', fakeVoice({ fails: outage }), { ...o, name: 'down' })
    await expect(failing.synthesize('a', asking())).rejects.toThrow('down')
    for await (const _ of (await voice.synthesize('aaaa', asking())).audio) break
    expect(uses).toEqual([
      {
        kind: 'tts',
        provider: 'azure',
        operation: 'synthesize',
        outcome: 'ok',
        firstMs: 5,
        totalMs: 10,
        error: null,
      },
      expect.objectContaining({ provider: 'down', outcome: 'failed', error: 'the vendor is down' }),
      expect.objectContaining({ outcome: 'aborted', firstMs: 5, error: null }),
    ])
  })

  it('tell a turn from its end to its words', async () => {
    const uses: ProviderUse[] = []
    const ear = fakeRecogniser({ onEnd: understands('oi') })
    const stt = withMetrics('stt', ear, { name: 'ear', onUse: (use) => void uses.push(use) })
    const { signal } = new AbortController()
    const leg = await stt.open({ rate: 8_000, languages: [], signal })
    leg.begin(1, { hints: [], expect: 'open' })
    leg.end(1)
    const parts = leg.heard[Symbol.asyncIterator]()
    await parts.next()
    await parts.next()
    await leg[Symbol.asyncDispose]()
    await parts.next()
    expect(uses.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      'open ok',
      'turn ok',
    ])
  })
})
