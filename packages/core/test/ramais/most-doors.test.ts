import { describe, expect, test } from 'vitest'
import { mostDoors } from '../../src/ramais/most-doors.ts'

const limits = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                20000                files\n`

describe('the number of ports that may be open', () => {
  test.each([
    ['20000', 18_976],
    ['1024', 512],
    ['unlimited', Infinity],
  ])('with %s open files is %i', (soft, most) => {
    expect(mostDoors(limits(soft))).toBe(most)
  })

  test('has no limit that is known where the system tells none', () => {
    expect(mostDoors(null)).toBe(Infinity)
  })
})
