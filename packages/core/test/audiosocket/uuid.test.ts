import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatUuid, parseUuid } from '../../src/audiosocket/uuid.ts'

test('a UUID survives text and back, in any case', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = formatUuid(bytes)
      expect(text).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect(parseUuid(text)).toEqual(bytes)
      expect(parseUuid(text.toUpperCase())).toEqual(bytes)
    }),
  )
})

test('reads the bytes in the order of the text', () => {
  expect(formatUuid(Uint8Array.from({ length: 16 }, (_, i) => i))).toBe(
    '00010203-0405-0607-0809-0a0b0c0d0e0f',
  )
})

test.each([
  '',
  '1732205.12',
  '6ba7b8109dad41d180b400c04fd430c8',
  '6ba7b810-9dad-41d1-80b4-00c04fd430c',
  '6ba7b810-9dad-41d1-80b4-00c04fd430c8 ',
  '6ba7b810-9dad-41d1-80b4-00c04fd430cg',
])('says of "%s" that it is none', (text) => {
  expect(parseUuid(text)).toBeNull()
})
