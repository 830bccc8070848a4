import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffRamais } from '../../src/ramais/diff-ramais.ts'
import type { Ramal } from '../../src/ramais/ramal.ts'
import { aRamal } from './a-ramal.ts'

const byId = (ramais: readonly Ramal[]) => new Map(ramais.map((ramal) => [ramal.id, ramal]))

/** Addresses of one network lead to one listener. */
const hostOf = (ramal: Ramal): string => ramal.ip_servidor.split('.')[0] ?? ''

function diff(running: readonly Ramal[], desired: readonly Ramal[]) {
  return diffRamais({ desired: byId(desired), running: byId(running), hostOf })
}

const nothing = { add: [], move: [], amend: [], remove: [], same: 0 }

test('rows that are new are added and rows that are gone are removed, in id order', () => {
  const change = diff([aRamal(10), aRamal(9), aRamal(1)], [aRamal(20), aRamal(3), aRamal(1)])
  expect(change).toEqual({
    ...nothing,
    add: [aRamal(3), aRamal(20)],
    remove: [9, 10],
    same: 1,
  })
})

test.each<Partial<Ramal>>([
  { porta_ia: 7000 },
  { porta_retorno: 7000 },
  { porta_retorno: null },
  { ip_servidor: '10.0.0.1' },
  { ip_servidor: '10.0.0.1', ramal_ia: '77' },
])('a row with another port or listening address moves: %j', (change) => {
  const now = aRamal(1, change)
  expect(diff([aRamal(1)], [now])).toEqual({ ...nothing, move: [now] })
})

test.each<Partial<Ramal>>([
  { ramal_ia: '77' },
  { ramal_retorno: '77' },
  { condominio_id: 7 },
  { allow: ['10.0.0.0/8'] },
  { ip_servidor: '0.9.9.9' },
])('any other change is made in place: %j', (change) => {
  const now = aRamal(1, change)
  expect(diff([aRamal(1)], [now])).toEqual({ ...nothing, amend: [now] })
  expect(diff([now], [aRamal(1)])).toEqual({ ...nothing, amend: [aRamal(1)] })
})

test('equal lists of who may connect are no change', () => {
  const listed = () => aRamal(1, { allow: ['10.0.0.0/8'] })
  expect(diff([listed()], [listed()])).toEqual({ ...nothing, same: 1 })
})

test('what is applied to what runs gives what is desired', () => {
  const row = fc
    .record({
      id: fc.nat(6),
      porta_ia: fc.integer({ min: 1, max: 3 }),
      ip_servidor: fc.constantFrom('0.0.0.0', '10.0.0.1', '10.0.0.2'),
      ramal_ia: fc.constantFrom('1', '2'),
    })
    .map(({ id, ...change }) => aRamal(id, change))
  const rows = fc.uniqueArray(row, { selector: ({ id }) => id })
  fc.assert(
    fc.property(rows, rows, (running, desired) => {
      const { add, move, amend, remove, same } = diff(running, desired)
      expect(same + add.length + move.length + amend.length).toBe(desired.length)
      const applied = byId(running)
      for (const id of remove) expect(applied.delete(id)).toBe(true)
      for (const ramal of add) expect(applied.has(ramal.id)).toBe(false)
      for (const ramal of [...move, ...amend]) expect(applied.has(ramal.id)).toBe(true)
      for (const ramal of [...add, ...move, ...amend]) applied.set(ramal.id, ramal)
      expect(applied).toEqual(byId(desired))
      expect(diff([...applied.values()], desired)).toEqual({ ...nothing, same: desired.length })
    }),
  )
})
