import { expect, it } from 'vitest'
import { firstWordsOf, matchPattern, parsePattern } from '../../src/decision/phrase-pattern.ts'

const ends = (pattern: string, text: string) =>
  matchPattern(parsePattern(pattern), {
    tokens: text.split(' '),
    at: 0,
    slot: (at, names) => (names === 'none' ? [] : [at + 1, at + 2]),
  })

it('finds every end of a phrase with choices, optional words and persons', () => {
  expect(ends('pode [deixar|mandar] (entrar|ir subindo)', 'pode deixar ir subindo já')).toEqual([4])
  expect(ends('deixa # [entrar]', 'deixa o carlos entrar')).toEqual([2, 3, 4])
  expect(ends('deixa ~ entrar', 'deixa o carlos entrar')).toEqual([])
  expect(ends('pode', 'poder')).toEqual([])
  expect(ends('', 'poder')).toEqual([0])
})

it('says which words a phrase may begin with, or that any may', () => {
  expect(firstWordsOf(parsePattern('[a|b c] (d|[e] f) g'))).toEqual(
    new Set(['a', 'b', 'd', 'e', 'f']),
  )
  expect(firstWordsOf(parsePattern('[a] [b]'))).toEqual(new Set(['a', 'b']))
  expect(firstWordsOf(parsePattern('[@] pode'))).toBeNull()
})

it('refuses a phrase whose brackets do not match', () => {
  expect(() => parsePattern('pode) entrar')).toThrow(
    'unbalanced brackets in the phrase "pode) entrar"',
  )
})
