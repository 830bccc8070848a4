import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hintOf } from '../../src/store/hints.ts'

describe('what a notification means', () => {
  it.each([
    ['{"action":"INSERT","data":{"extension_ia_id":3,"extension_ia_number":"1000   "}}', 3],
    ['{"action":"DELETE","data":{"extension_ia_id":" 12 "},"time":"yesterday"}', 12],
    [JSON.stringify({ action: 'UPDATE', data: { extension_ia_id: 4, note: 'x'.repeat(7900) } }), 4],
  ])('is the row that it names: %s', (payload, id) => {
    expect(hintOf(payload)).toEqual({ type: 'changed', ids: [id] })
  })

  it('says when it was told, where the payload does', () => {
    const time = '2026-01-01T00:00:00.000001Z'
    const payload = JSON.stringify({ action: 'DELETE', data: { extension_ia_id: 12 }, time })
    expect(hintOf(payload)).toEqual({ type: 'changed', ids: [12], toldAt: time })
  })

  it.each([
    ['', /no JSON/],
    ['a visita chegou', /no JSON/],
    ['[]', /object/],
    ['null', /object/],
    ['{"action":"TRUNCATE","data":{"extension_ia_id":1}}', /action/],
    ['{"action":"INSERT"}', /data/],
    ['{"action":"INSERT","data":[1]}', /data/],
    ['{"action":"INSERT","data":{"extension_ia_id":1e300}}', /integer/],
    ['{"action":"INSERT","data":{"extension_ia_id":1.5}}', /integer/],
    ['{"action":"INSERT","data":{"extension_ia_id":"99999999999999999999"}}', /integer/],
    [
      '{"action":"INSERT","data":{"extension_ia_id":"1; DROP TABLE extension_ia"}}',
      /extension_ia_id/,
    ],
    ['{"action":"INSERT","data":{"__proto__":{"extension_ia_id":1}}}', /extension_ia_id/],
  ])('is nothing where no row is named: %s', (payload, why) => {
    expect(hintOf(payload)).toEqual({ type: 'ignored', why: expect.stringMatching(why) as string })
  })

  it('is a safe id or nothing, whatever comes', () => {
    const payloads = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ action: fc.anything(), data: fc.record({ extension_ia_id: fc.anything() }) })
        .map((value) =>
          JSON.stringify(value, (_, part: unknown) =>
            typeof part === 'bigint' ? String(part) : part,
          ),
        ),
    )
    fc.assert(
      fc.property(payloads, (payload) => {
        const hint = hintOf(payload)
        expect(hint.type === 'ignored' || hint.ids.every(Number.isSafeInteger)).toBe(true)
      }),
    )
  })
})
