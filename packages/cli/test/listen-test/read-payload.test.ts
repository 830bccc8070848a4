import { expect, it } from 'vitest'
import { readPayload } from '../../src/listen-test/read-payload.ts'

it('reads action and time as our triggers write them, to the microsecond', () => {
  const text =
    '{"action":"INSERT","data":{"extension_ia_id":1},"time":"2026-01-31T12:00:00.123456Z"}'
  const { action, sentMs, isJson } = readPayload(text)
  expect({ action, isJson }).toEqual({ action: 'INSERT', isJson: true })
  expect(sentMs).toBeCloseTo(Date.UTC(2026, 0, 31, 12) + 123.456, 3)
})

it('takes the time of another zone, in the words of PostgreSQL too', () => {
  const noon = Date.UTC(2026, 0, 31, 12)
  for (const time of [
    '2026-01-31T09:00:00-03:00',
    '2026-01-31 09:00:00-03',
    '2026-01-31T12:00:00Z',
  ]) {
    expect(readPayload(JSON.stringify({ time })).sentMs).toBe(noon)
  }
})

it.each([
  ['a text', 'olá'],
  ['nothing', ''],
  ['JSON that is no object', '[1]'],
  ['an action that is no word', '{"action":{"a":1}}'],
  ['a time without zone', '{"time":"2026-01-31T12:00:00"}'],
  ['a time that is none', '{"time":"2026-99-99T12:00:00Z"}'],
  ['a time that is a number', '{"time":1}'],
])('finds neither action nor time in %s', (_, text) => {
  const { action, sentMs } = readPayload(text)
  expect({ action, sentMs }).toEqual({ action: null, sentMs: null })
})
