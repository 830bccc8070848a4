import { describe, expect, test } from 'vitest'
import { createMetrics } from '../../src/api/metrics.ts'
import { mostRamais } from '../../src/api/metrics/ramal-metrics.ts'
import type { RamalStatus, Snapshot } from '../../src/status.ts'
import { ask } from './ask.ts'
import { callId, callView, createTestDaemon, startTestApi } from './daemon-for-tests.ts'
import { parseMetrics as parse } from './parse-metrics.ts'

type Options = Parameters<typeof createTestDaemon>[0]

async function scrape(o: Options = {}) {
  const { daemon } = createTestDaemon(o)
  using metrics = createMetrics(daemon)
  return parse(await metrics.text())
}

function ramaisLike(ramal: RamalStatus, changes: readonly Partial<RamalStatus>[]) {
  return changes.map((change, index) => ({ ...ramal, id: index + 1, ...change }))
}

function first(): { snapshot: Snapshot; ramal: RamalStatus } {
  const snapshot = createTestDaemon().daemon.snapshot()
  const [ramal] = snapshot.ramais
  if (ramal === undefined) throw new Error('no ramal')
  return { snapshot, ramal }
}

describe('GET /metrics', () => {
  test('is what Prometheus reads', async () => {
    await using api = await startTestApi()
    const { status, headers, body } = await ask(`${api.url}/metrics`)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    const samples = parse(String(body))
    expect(samples.get('portaria_info{version="0.1.0"}')).toBe(1)
    expect(samples.get('portaria_ready')).toBe(1)
    expect(samples.get('portaria_process_memory_bytes{kind="resident"}')).toBeGreaterThan(1e6)
    expect(samples.get('portaria_process_cpu_seconds_total{mode="user"}')).toBeGreaterThan(0)
    expect(samples.get('portaria_event_loop_lag_seconds{quantile="1"}')).toBeGreaterThanOrEqual(0)
    expect((await ask(`${api.url}/metrics`, { method: 'HEAD' })).body).toBeNull()
    parse(String((await ask(`${api.url}/metrics`)).body))
  })

  test('counts live calls by state, at zero too', async () => {
    const samples = await scrape({
      snapshot: { calls: [callView(), callView({ state: 'greeting' }), callView()] },
    })
    expect(samples.get('portaria_calls{state="ringing"}')).toBe(2)
    expect(samples.get('portaria_calls{state="greeting"}')).toBe(1)
    expect(samples.get('portaria_calls{state="deciding"}')).toBe(0)
  })

  test('counts ended calls by outcome, and how long they took', async () => {
    const decision = { reason: 'x', by: 'speech', words: null, at: '2025-01-01T12:00:00Z' } as const
    const over = { state: 'ended', ended_at: '2025-01-01T12:00:25.000Z' } as const
    const calls = [
      callView({ call_id: 'a', ...over, decision: { outcome: 'authorized', ...decision } }),
      callView({ call_id: 'b', ...over, decision: { outcome: 'denied', ...decision } }),
      callView({ call_id: 'c', ...over, end_reason: 'abandoned' }),
      callView({ call_id: 'd', ...over, end_reason: 'visitor-silent' }),
    ]
    const { daemon, events } = createTestDaemon({ calls })
    using metrics = createMetrics(daemon)
    const who = { ramal: '1000', condominio_id: 1 }
    for (const call_id of ['a', 'b', 'b', 'c', 'd', 'forgotten']) {
      events.publish({ type: 'call', state: 'finishing', call_id, ...who })
      events.publish({ type: 'call', state: 'ended', call_id, ...who })
    }
    const samples = parse(await metrics.text())
    const ended = (outcome: string) =>
      samples.get(`portaria_calls_ended_total{outcome="${outcome}"}`)
    expect(['authorized', 'denied', 'abandoned', 'other'].map(ended)).toEqual([1, 2, 1, 1])
    const took = (name: string) => samples.get(`portaria_call_duration_seconds${name}`)
    expect(took('_count')).toBe(5)
    expect(took('_sum')).toBe(125)
    expect([
      took('_bucket{le="20"}'),
      took('_bucket{le="30"}'),
      took('_bucket{le="+Inf"}'),
    ]).toEqual([0, 5, 5])
  })

  test('counts ramais by status, and the calls of each number', async () => {
    const { ramal } = first()
    const ramais = ramaisLike(ramal, [
      { calls: 1 },
      { calls: 2, condominio_id: 2 },
      { ramal_ia: '1"0\\0\n2', status: 'invalido', calls: 0 },
    ])
    const samples = await scrape({ snapshot: { ramais } })
    expect(samples.get('portaria_ramais{status="ativo"}')).toBe(2)
    expect(samples.get('portaria_ramais{status="invalido"}')).toBe(1)
    expect(samples.get('portaria_ramais{status="removendo"}')).toBe(0)
    expect(samples.get('portaria_ramal_calls{ramal="1000",status="ativo"}')).toBe(3)
    expect(samples.get('portaria_ramal_calls{ramal="1\\"0\\\\0\\n2",status="invalido"}')).toBe(0)
  })

  test('gives series to so many ramais and no more, and counts all', async () => {
    const { ramal } = first()
    const numbers = Array.from({ length: mostRamais + 500 }, (_, i) => ({
      ramal_ia: `${2000 + i}`,
    }))
    const samples = await scrape({ snapshot: { ramais: ramaisLike(ramal, numbers) } })
    expect(samples.get('portaria_ramais{status="ativo"}')).toBe(mostRamais + 500)
    const series = [...samples.keys()].filter((key) => key.startsWith('portaria_ramal_calls'))
    expect(series).toHaveLength(mostRamais)
  })

  test('drops the series of a ramal that is gone', async () => {
    const { snapshot, ramal } = first()
    const now = { ramais: [ramal] }
    const { daemon } = createTestDaemon()
    using metrics = createMetrics({ ...daemon, snapshot: () => ({ ...snapshot, ...now }) })
    const series = 'portaria_ramal_calls{ramal="1000",status="ativo"}'
    expect(parse(await metrics.text()).has(series)).toBe(true)
    now.ramais = [{ ...ramal, ramal_ia: '1002' }]
    expect(parse(await metrics.text()).has(series)).toBe(false)
  })

  test('tells the link to the source, its hints, and its latency where there is one', async () => {
    const { source } = first().snapshot
    const hints = { changed: 9, doubt: 1, ignored: 2 }
    const lost = {
      ...source,
      link: 'lost',
      hints,
      serving: 'last-good',
      last_read_at: null,
    } as const
    const samples = await scrape({ snapshot: { source: lost } })
    const links = ['none', 'live', 'polling', 'lost'].map((state) =>
      samples.get(`portaria_source_link{state="${state}"}`),
    )
    expect(links).toEqual([0, 0, 0, 1])
    expect(samples.get('portaria_source_serving{from="last-good"}')).toBe(1)
    expect(samples.get('portaria_source_hints_total{kind="changed"}')).toBe(9)
    expect(samples.get('portaria_source_link_since_seconds')).toBe(
      Date.parse(source.link_since) / 1000,
    )
    expect(samples.has('portaria_source_last_read_seconds')).toBe(false)
    expect(samples.has('portaria_source_latency_seconds')).toBe(false)
    const quick = { ...source, latency_ms: 4 }
    const more = await scrape({ snapshot: { source: quick } })
    expect(more.get('portaria_source_latency_seconds')).toBe(0.004)
    expect(more.get('portaria_source_last_read_seconds')).toBeGreaterThan(0)
  })

  test('counts alarms by kind, without a series for each ramal that has one', async () => {
    const since = '2025-01-01T11:00:00.000Z'
    const alarms = ['ramal-moved 7', 'ramal-moved 8', 'database-lost'].map((id) => ({
      id,
      since,
      message: '',
    }))
    const samples = await scrape({ snapshot: { alarms } })
    expect(samples.get('portaria_alarms{kind="ramal-moved"}')).toBe(2)
    expect(samples.get('portaria_alarms{kind="database-lost"}')).toBe(1)
  })

  test('counts no more when it is disposed of', async () => {
    const over = callView({ state: 'ended', ended_at: '2025-01-01T12:00:25.000Z' })
    const { daemon, events } = createTestDaemon({ calls: [over] })
    let listeners = 0
    const watched = {
      ...events,
      subscribe(listener: Parameters<typeof events.subscribe>[0]) {
        const stop = events.subscribe(listener)
        listeners += 1
        return () => {
          listeners -= 1
          stop()
        }
      },
    }
    const metrics = createMetrics({ ...daemon, events: watched })
    expect(listeners).toBeGreaterThan(0)
    metrics[Symbol.dispose]()
    expect(listeners).toBe(0)
    events.publish({
      type: 'call',
      state: 'ended',
      call_id: callId,
      ramal: '1000',
      condominio_id: 1,
    })
    expect((await metrics.text()).trim()).toBe('')
  })
})
