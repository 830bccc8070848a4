import { describe, expect, it } from 'vitest'
import { decide } from '../../src/eval/decide.ts'
import { percentiles } from '../../src/eval/summarize.ts'
import { wordErrors } from '../../src/eval/word-errors.ts'

describe('word errors', () => {
  it.each([
    ['Olá, é o Pedro!', 'ola e o pedro', 0, 4],
    ['entrega para o 501', 'entrega para 501', 1, 4],
    ['entrega para o 501', 'entrega para o cinco zero um', 3, 4],
    ['pode entrar', '', 2, 2],
    ['', 'ruído de fundo', 3, 0],
    ['a b c', 'c b a', 2, 3],
    ['São João', 'Sa\u0303o Joa\u0303o', 0, 2],
  ])('of %j heard as %j: %i of %i', (said, heard, errors, words) => {
    expect(wordErrors(said, heard)).toEqual({ errors, words })
  })
})

describe('percentiles', () => {
  it('are values that were measured, by nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, n) => 200 - n)
    expect(percentiles(values)).toEqual({ count: 200, p50: 100, p90: 180, p99: 198 })
    expect(percentiles([7])).toEqual({ count: 1, p50: 7, p90: 7, p99: 7 })
    expect(percentiles([])).toBeNull()
  })
})

describe('the decision on an answer', () => {
  it.each([
    ['pode entrar', null, 'authorized'],
    ['pode entrar', 0.9, 'authorized'],
    ['pode entrar', 0.49, 'unclear'],
    ['não pode', 0.1, 'denied'],
    ['quem é?', null, 'unclear'],
    ['', null, 'unclear'],
    ['pode... não', null, 'denied'],
  ] as const)('%j, understood with confidence %j, is %s', (text, confidence, decision) => {
    expect(decide({ text, confidence }, 'pt-BR')).toBe(decision)
  })
})
