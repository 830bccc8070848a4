import { describe, expect, test } from 'vitest'
import { createAdmission, createAllowList } from '../../src/audiosocket/admission.ts'

describe('the list of who may connect', () => {
  test.each([
    [['10.0.0.0/8'], '10.1.2.3', true],
    [['10.0.0.0/8'], '11.1.2.3', false],
    [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
    [['192.168.1.10'], '192.168.1.10', true],
    [['192.168.1.10'], '192.168.1.11', false],
    [['2001:db8::/32'], '2001:db8:1::5', true],
    [['2001:db8::/32'], '2001:db9::5', false],
    [['::1'], '::1', true],
    [['::ffff:10.0.0.0/104'], '10.9.9.9', true],
    [['::ffff:10.0.0.0/104'], '11.9.9.9', false],
    [['0.0.0.0/0'], '203.0.113.7', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['10.0.0.0/8', '::/0'], '2001:db8::1', true],
    [[], '127.0.0.1', false],
    [['0.0.0.0/0', '::/0'], 'nonsense', false],
  ])('%j and %s: %s', (cidrs, address, allowed) => {
    expect(createAllowList(cidrs).allows(address)).toBe(allowed)
  })

  test.each([
    '',
    '10.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/8/8',
    '10.0.0.0/x',
    '10.0.0.0/',
    'asterisk',
    '::ffff:10.0.0.0/90',
    'fe80::1%eth0',
  ])('says how to write "%s"', (cidr) => {
    expect(() => createAllowList(['127.0.0.1', cidr])).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        message: expect.stringContaining(`"${cidr}"`) as string,
      }),
    )
  })
})

describe('admission', () => {
  test('lets the oldest of one address go when there are too many, and nobody else', () => {
    const admission = createAdmission({ maxWithoutUuidPerAddress: 2 })
    const gone: string[] = []
    admission.enter('10.0.0.1', () => gone.push('a'))
    const leaveB = admission.enter('10.0.0.1', () => gone.push('b'))
    admission.enter('10.0.0.2', () => gone.push('other'))
    admission.enter('::ffff:10.0.0.1', () => gone.push('c'))
    expect(gone).toEqual(['a'])
    leaveB()
    admission.enter('10.0.0.1', () => gone.push('d'))
    expect(gone).toEqual(['a'])
    expect(admission.waiting).toBe(3)
  })

  test('bounds all addresses together', () => {
    const admission = createAdmission({ maxWithoutUuid: 3 })
    const gone: number[] = []
    for (let i = 0; i < 5; i++) admission.enter(`10.0.0.${i}`, () => gone.push(i))
    expect(gone).toEqual([0, 1])
    expect(admission.waiting).toBe(3)
  })

  test('forgets an entry once, however often it leaves', () => {
    const admission = createAdmission()
    const leave = admission.enter('10.0.0.1', () => undefined)
    leave()
    leave()
    expect(admission.waiting).toBe(0)
  })
})
