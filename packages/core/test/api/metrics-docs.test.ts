import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMetrics } from '../../src/api/metrics.ts'
import { createTestDaemon } from './daemon-for-tests.ts'

const docs = join(import.meta.dirname, '../../../../docs')

function namesIn(path: string, part?: RegExp): string[] {
  const text = readFileSync(join(docs, path), 'utf8')
  const named = (part?.exec(text)?.[0] ?? text).match(/\bportaria_[a-z_]+/g) ?? []
  // A histogram is asked for by its buckets.
  return [...new Set(named.map((name) => name.replace(/_bucket$/, '')))].toSorted()
}

test('docs and alerts name the metrics that there are, and the docs name all', async () => {
  using metrics = createMetrics(createTestDaemon().daemon)
  const told = [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)
  expect(namesIn('api.md', /^## GET \/metrics$[^]*/m)).toEqual(told.toSorted())
  const inAlerts = namesIn('deploy/examples/portaria-alerts.yml')
  expect(inAlerts.length).toBeGreaterThan(5)
  expect(told).toEqual(expect.arrayContaining(inAlerts))
})
