import { expect, it } from 'vitest'
import { createTally } from '../../src/listen-test/tally.ts'

it('counts each channel for itself, and shows one where nothing came', () => {
  const tally = createTally(['ramais', 'quiet'])
  for (const [action, latencyMs] of [
    ['INSERT', 4],
    ['UPDATE', 1],
    ['UPDATE', null],
    [null, 2],
  ] as const) {
    tally.add({ channel: 'ramais', action, bytes: 10, latencyMs })
  }
  expect(tally.figures()).toEqual([
    {
      channel: 'ramais',
      count: 4,
      bytes: 40,
      min_ms: 1,
      p50_ms: 2,
      p95_ms: 4,
      max_ms: 4,
      actions: { INSERT: 1, UPDATE: 2 },
    },
    {
      channel: 'quiet',
      count: 0,
      bytes: 0,
      min_ms: null,
      p50_ms: null,
      p95_ms: null,
      max_ms: null,
      actions: {},
    },
  ])
})

it('keeps no more words than a screen shows, and no more latencies than it needs', () => {
  const tally = createTally(['ramais'])
  for (let i = 0; i < 30_000; i++) {
    tally.add({ channel: 'ramais', action: `word ${i}`, bytes: 1, latencyMs: i < 20_000 ? 9 : 5 })
  }
  const [figures] = tally.figures()
  expect(figures).toMatchObject({ count: 30_000, min_ms: 5, p50_ms: 5, p95_ms: 5, max_ms: 9 })
  expect(Object.keys(figures?.actions ?? {})).toHaveLength(21)
  expect(figures?.actions['(others)']).toBe(30_000 - 20)
})
