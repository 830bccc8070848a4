import { expect, it } from 'vitest'
import { readPayload } from '../../src/listen-test/read-payload.ts'
import { createTextReport } from '../../src/listen-test/text-report.ts'

function linesOf(text: string, latencyMs: number | null = null): string[] {
  const lines: string[] = []
  createTextReport((line) => lines.push(line)).told({
    at: new Date(2026, 0, 31, 9, 5, 7, 42),
    channel: 'ramais',
    pid: 42,
    text,
    bytes: Buffer.byteLength(text),
    payload: readPayload(text),
    latencyMs,
  })
  return lines
}

it('shows JSON line by line, below who sent it and how long it took', () => {
  expect(linesOf('{"action":"UPDATE","data":{"id":3}}', 0.84)).toEqual([
    '09:05:07.042  ramais  pid 42  UPDATE  0.8 ms',
    '    {',
    '      "action": "UPDATE",',
    '      "data": {',
    '        "id": 3',
    '      }',
    '    }',
  ])
})

it('shows a text as it is, but for what a terminal would obey', () => {
  expect(linesOf('olá\u001b[2J\u202e\nfim')).toEqual([
    '09:05:07.042  ramais  pid 42  -  -',
    '    olá�[2J�',
    '    fim',
  ])
  expect(linesOf('')).toContain('    (no payload)')
})

it('does not make megabytes of a payload of brackets', () => {
  const text = '['.repeat(3_900) + ']'.repeat(3_900)
  expect(linesOf(text)).toEqual([expect.any(String), `    ${text}`])
})
