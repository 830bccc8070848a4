import { describe, expect, test } from 'vitest'
import { createMetrics } from '../../src/api/metrics.ts'
import { mostCondominiums } from '../../src/api/metrics/turn-metrics.ts'
import type { TurnView } from '../../src/status.ts'
import { aTurn } from './a-turn.ts'
import { callId, createTestDaemon } from './daemon-for-tests.ts'
import { parseMetrics } from './parse-metrics.ts'

type Heard = Partial<TurnView> & { at_condominio?: number }

/** The samples after these turns. */
async function after(turns: readonly Heard[]) {
  const { daemon, events } = createTestDaemon()
  using metrics = createMetrics(daemon)
  for (const { at_condominio = 1, ...turn } of turns) {
    const who = { call_id: callId, ramal: '1000', condominio_id: at_condominio }
    events.publish({ type: 'turn', turn: aTurn(turn), ...who })
  }
  return parseMetrics(await metrics.text())
}

describe('turns in GET /metrics', () => {
  test('are told by phase and by who made it', async () => {
    const samples = await after([{}, { reply_ms: 1_320 }, { transcript_ms: null }])
    const count = (phase: string, provider: string) =>
      samples.get(`portaria_turn_seconds_count{phase="${phase}",provider="${provider}"}`)
    expect([
      count('endpoint', 'portaria'),
      count('transcript', 'azure'),
      count('reply', 'ai-http'),
      count('speech', 'espeak'),
      count('audible', 'portaria'),
    ]).toEqual([3, 2, 3, 3, 3])
    const reply = (le: string) =>
      samples.get(`portaria_turn_seconds_bucket{le="${le}",phase="reply",provider="ai-http"}`)
    expect([reply('0.3'), reply('0.5'), reply('1'), reply('1.5')]).toEqual([0, 2, 2, 3])
    const sum = samples.get('portaria_turn_seconds_sum{phase="reply",provider="ai-http"}')
    expect(sum).toBeCloseTo(1.96)
  })

  test('are told by condomínio', async () => {
    const samples = await after([{ at_condominio: 7, audible_ms: 2_500 }, { at_condominio: 8 }])
    const audible = (le: string) =>
      samples.get(`portaria_turn_audible_seconds_bucket{le="${le}",condominio="7"}`)
    expect([audible('2'), audible('4')]).toEqual([0, 1])
    expect(samples.get('portaria_turn_audible_seconds_count{condominio="8"}')).toBe(1)
  })

  test('count what went otherwise than it should, from zero on', async () => {
    const samples = await after([
      {},
      { fillers: 2, barge_in: true, false_starts: 3, merged: 1 },
      { speculation: 'kept' },
      { speculation: 'dropped', rescue: 'keypad', fallbacks: ['stt', 'dialogue'] },
    ])
    const count = (name: string, labels: string) =>
      samples.get(`portaria_turn_${name}_total{${labels},condominio="1"}`)
    const dialogue = 'provider="ai-http"'
    expect(count('fillers', dialogue)).toBe(2)
    expect(count('barge_ins', 'provider="espeak"')).toBe(1)
    expect(count('false_starts', 'provider="espeak"')).toBe(3)
    expect(count('merged', 'provider="azure"')).toBe(1)
    const of = (name: string, label: string, value: string, provider = 'ai-http') =>
      [...samples].find(
        ([series]) =>
          series.startsWith(`portaria_turn_${name}_total{`) &&
          series.includes(`${label}="${value}"`) &&
          series.includes(`provider="${provider}"`),
      )?.[1]
    expect([of('speculations', 'result', 'kept'), of('speculations', 'result', 'dropped')]).toEqual(
      [1, 1],
    )
    expect([of('rescues', 'by', 'keypad'), of('rescues', 'by', 'human')]).toEqual([1, 0])
    expect(of('fallbacks', 'kind', 'stt', 'azure')).toBe(1)
    expect(of('fallbacks', 'kind', 'tts', 'espeak')).toBe(0)
    expect(of('fallbacks', 'kind', 'dialogue')).toBe(1)
  })

  test('of nobody who had to hear or reply are told as of none', async () => {
    const samples = await after([
      { input: 'digits', providers: { stt: null, tts: 'cache', dialogue: null } },
    ])
    expect(samples.get('portaria_turn_seconds_count{phase="speech",provider="cache"}')).toBe(1)
    expect(samples.get('portaria_turn_seconds_count{phase="reply",provider="none"}')).toBe(1)
  })

  test('give series to so many condomínios and no more, and count all', async () => {
    const turns = Array.from({ length: mostCondominiums + 50 }, (_, at_condominio) => ({
      at_condominio,
    }))
    const samples = await after([...turns, { at_condominio: 3 }])
    const name = 'portaria_turn_audible_seconds_count'
    const series = [...samples.keys()].filter((each) => each.startsWith(name))
    expect(series).toHaveLength(mostCondominiums + 1)
    expect(samples.get(`${name}{condominio="other"}`)).toBe(50)
    expect(samples.get(`${name}{condominio="3"}`)).toBe(2)
    // What docs/api.md says: 8 of the histogram and 11 counters for each condomínio and choice of providers.
    const own = [...samples.keys()].filter((each) => each.includes('condominio="3"'))
    expect(own).toHaveLength(19)
  })
})
