import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLine } from '../src/json-line.ts'
import { printable } from '../src/printable.ts'

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

const nastyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b', '\u0085', '\u2028', '\u2029', '\u202e', '\u2067', '\n', '"', '\\'),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  ),
})

describe('jsonLine', () => {
  it('is one line without any control character, and reads back as it was', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const line = jsonLine({ text })
        expect(line.slice(0, -1)).not.toMatch(controls)
        expect(line.endsWith('}\n')).toBe(true)
        expect(JSON.parse(line)).toEqual({ text })
      }),
    )
  })
})

describe('printable', () => {
  it('leaves nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(printable(text)).not.toMatch(controls)
        expect(printable(text)).toHaveLength(text.length)
      }),
    )
  })
})
