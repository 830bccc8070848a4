import { describe, expect, test } from 'vitest'
import { createMetrics } from '../../src/api/metrics.ts'
import { silentLog } from '../../src/log.ts'
import { createComposer } from '../../src/plugins/compose-providers.ts'
import { asking, fakeVoice, lengthOf, outage } from '../providers/fake-providers.ts'
import { createTestDaemon } from './daemon-for-tests.ts'
import { parseMetrics } from './parse-metrics.ts'

/** Metrics over a real composer with two voices, the first of which is down. */
function twoVoices(names: readonly [string, string] = ['azure', 'espeak']) {
  const composer = createComposer({
    limits: { transcriptions: null, synthesis: null },
    log: silentLog,
  })
  const [first, second] = names
  const voice = composer.compose('tts', [
    { name: first, provider: fakeVoice({ name: first, fails: outage }) },
    { name: second, provider: fakeVoice({ name: second }) },
  ])
  const { daemon } = createTestDaemon({ providers: composer })
  const metrics = createMetrics(daemon)
  return {
    metrics,
    async speak(times: number) {
      for (let n = 0; n < times; n++) {
        const speech = await voice?.synthesize('Sim.', asking())
        if (speech !== undefined) await lengthOf(speech)
      }
    },
    samples: async () => parseMetrics(await metrics.text()),
    [Symbol.dispose]: () => metrics[Symbol.dispose](),
  }
}

const uses = (provider: string, outcome: string) =>
  `portaria_provider_uses_total{kind="tts",provider="${provider}",operation="synthesize",outcome="${outcome}"}`
const fallback = (from: string, to: string) =>
  `portaria_provider_fallbacks_total{kind="tts",from="${from}",to="${to}"}`
const breaker = (provider: string, state: string) =>
  `portaria_breaker_state{kind="tts",provider="${provider}",state="${state}"}`
const seconds = (provider: string, point: string) =>
  `portaria_provider_seconds_count{kind="tts",provider="${provider}",operation="synthesize",point="${point}"}`

describe('providers in GET /metrics', () => {
  test('are there at zero before anybody speaks', async () => {
    using voices = twoVoices()
    const samples = await voices.samples()
    for (const outcome of ['ok', 'aborted', 'failed']) {
      expect(samples.get(uses('azure', outcome))).toBe(0)
    }
    expect(samples.get(fallback('azure', 'espeak'))).toBe(0)
    expect(samples.get(breaker('azure', 'closed'))).toBe(1)
    expect(samples.get(breaker('azure', 'open'))).toBe(0)
  })

  test('are told by use, time, fallback and breaker', async () => {
    using voices = twoVoices()
    await voices.speak(4)
    const samples = await voices.samples()
    // Three failures open the breaker: the fourth was not asked.
    expect(samples.get(uses('azure', 'failed'))).toBe(3)
    expect(samples.get(uses('espeak', 'ok'))).toBe(4)
    expect(samples.get(fallback('azure', 'espeak'))).toBe(4)
    expect(samples.get(breaker('azure', 'open'))).toBe(1)
    expect(samples.get(breaker('azure', 'closed'))).toBe(0)
    expect(samples.get(breaker('espeak', 'closed'))).toBe(1)
    expect(
      [seconds('espeak', 'first'), seconds('espeak', 'total')].map((s) => samples.get(s)),
    ).toEqual([4, 4])
    expect(samples.has(seconds('azure', 'total'))).toBe(false)
  })

  test('may have any name', async () => {
    using voices = twoVoices(['a"b\\c\nd', 'espeak'])
    await voices.speak(1)
    expect((await voices.samples()).get(uses('a\\"b\\\\c\\nd', 'failed'))).toBe(1)
  })

  test('are not counted any more when it is disposed of', async () => {
    const voices = twoVoices()
    voices[Symbol.dispose]()
    await voices.speak(1)
    expect((await voices.metrics.text()).trim()).toBe('')
  })
})
