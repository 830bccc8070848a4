import { expect, test } from 'vitest'
import { createAlarms } from '../../src/alarms.ts'
import { createEventLog } from '../../src/events.ts'
import { silentLog } from '../../src/log.ts'
import { createSourceTracker } from '../../src/ramais/source-status.ts'

test('the latency of changes is that of the last one whose clock agrees with ours', () => {
  const events = createEventLog()
  const onChange = (): void => {}
  using source = createSourceTracker({
    kind: 'postgres',
    place: 'postgres://db',
    link: 'lost',
    events,
    alarms: createAlarms({ events, log: silentLog, onChange }),
    onChange,
    now: () => new Date('2026-01-01T12:00:00.250Z'),
  })
  const latency = (at: string): unknown => {
    source.told(at)
    return source.view().latency_ms
  }
  expect(source.view().latency_ms).toBeNull()
  expect(latency('2026-01-01T12:00:00.246000Z')).toBe(4)
  expect(latency('2026-01-01T12:00:00.900000Z')).toBe(0)
  expect(latency('2026-01-01T11:00:00Z')).toBe(0)
  expect(latency('no time')).toBe(0)
})
