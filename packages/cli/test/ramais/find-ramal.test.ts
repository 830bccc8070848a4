import { describe, expect, it } from 'vitest'
import { findRamal } from '../../src/ramais/find-ramal.ts'
import { aRamal } from './a-ramal.ts'

const ramais = [
  aRamal({ id: 3, ramal_ia: '1003' }),
  aRamal({ id: 7, ramal_ia: '1004' }),
  aRamal({ id: 8, ramal_ia: '1004' }),
  aRamal({ id: 9, ramal_ia: '3' }),
  aRamal({ id: 10, ramal_ia: '10' }),
]

describe('the ramal that a command means', () => {
  it.each([
    ['1003', 3],
    ['7', 7],
    ['id:3', 3],
    ['id:9', 9],
    ['10', 10],
  ])('is, for %s, the one with the id %i', (which, id) => {
    expect(findRamal(ramais, which).id).toBe(id)
  })

  it.each(['1004', '3'])(
    'is not guessed for %s, which means two: their ids are listed',
    (which) => {
      expect(() => findRamal(ramais, which)).toThrow(/several ramais: id:\d+ .*, id:\d+ /)
    },
  )

  it.each(['2000', 'id:2', 'id:', ''])('is none for %j', (which) => {
    expect(() => findRamal(ramais, which)).toThrow(/portaria ramais list/)
  })
})
