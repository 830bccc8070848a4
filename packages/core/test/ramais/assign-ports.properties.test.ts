import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignPorts, type AssignPorts, type Ports } from '../../src/ramais/assign-ports.ts'
import type { Ramal } from '../../src/ramais/ramal.ts'
import { assign, at, movedOf, portsOf, wishing } from './assigning.ts'

describe('of whatever rows, running ramais and taken ports', () => {
  /** Few ports, near the end, so that clashes and refusals are common. */
  const port = fc.integer({ min: 65_520, max: 65_535 })
  const ramal = fc
    .tuple(fc.integer({ min: 1, max: 12 }), port, fc.option(port))
    .filter(([, ia, retorno]) => ia !== retorno)
    .map(([id, ia, retorno]) => wishing(id, ia, retorno))
  const situation = fc
    .record({
      ramais: fc.uniqueArray(ramal, { selector: ({ id }) => id }),
      before: fc.uniqueArray(ramal, { selector: ({ id }) => id }),
      takenBefore: fc.uniqueArray(port, { maxLength: 4 }),
      taken: fc.uniqueArray(port, { maxLength: 4 }),
      // What no assignment leads to: two ramais on one port.
      odd: fc.option(fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), port, port))),
      idle: fc.uniqueArray(fc.integer({ min: 1, max: 12 })),
    })
    .map(({ ramais, before, takenBefore, taken, odd, idle }): AssignPorts => {
      const held = (ports: number[]) => new Map(ports.map((each) => [each, 'another program']))
      // What runs is what an earlier table led to, some of it in the table still.
      const usual = portsOf(assign(before, { taken: held(takenBefore) }))
      const current =
        odd === null ? usual : new Map(odd.map(([id, ia, retorno]) => [id, at(ia, retorno)]))
      return { ramais, current, taken: held(taken), mayMoveBack: (id) => idle.includes(id) }
    })

  /** Those that are served, with their ports. */
  const servedBy = (o: AssignPorts): [Ramal, Ports][] => {
    const ports = portsOf(assignPorts(o))
    return o.ramais.flatMap((each): [Ramal, Ports][] => {
      const pair = ports.get(each.id)
      return pair === undefined ? [] : [[each, pair]]
    })
  }

  /** Whose a wished port is. */
  const ownerOf = (wish: number, o: AssignPorts): number | undefined =>
    o.ramais
      .filter(({ porta_ia, porta_retorno }) => [porta_ia, porta_retorno].includes(wish))
      .map(({ id }) => id)
      .sort((a, b) => a - b)[0]

  test('every ramal is assigned or refused, none else', () => {
    fc.assert(
      fc.property(situation, (o) => {
        const wanted = o.ramais.map(({ id }) => id).sort((a, b) => a - b)
        expect([...assignPorts(o).keys()]).toEqual(wanted)
      }),
    )
  })

  test('no port is given twice, none that is taken, none that another ramal owns', () => {
    fc.assert(
      fc.property(situation, (o) => {
        const served = servedBy(o)
        const given = served.flatMap(([, pair]) => Object.values(pair))
        expect(new Set(given).size).toBe(given.length)
        expect(given.filter((each) => o.taken.has(each))).toEqual([])
        const stolen = served.filter(([{ id }, pair]) =>
          Object.values(pair).some((each) => (ownerOf(each, o) ?? id) !== id),
        )
        expect(stolen).toEqual([])
      }),
    )
  })

  test('a moved ramal is one that listens elsewhere than it wishes', () => {
    fc.assert(
      fc.property(situation, (o) => {
        const assignments = assignPorts(o)
        for (const [{ id, porta_ia, porta_retorno }, pair] of servedBy(o)) {
          const isAsWished =
            pair.porta_ia === porta_ia && [null, pair.porta_retorno].includes(porta_retorno)
          expect(movedOf(assignments, id) === null).toBe(isAsWished)
        }
      }),
    )
  })

  test('the lowest id of a free port has it, unless it stays on a moved port because it is busy', () => {
    fc.assert(
      fc.property(situation, (o) => {
        const robbed = servedBy(o).flatMap(([each, pair]) =>
          (['porta_ia', 'porta_retorno'] as const).filter((name) => {
            const wish = each[name]
            if (wish === null || o.taken.has(wish) || ownerOf(wish, o) !== each.id) return false
            const stays = !o.mayMoveBack(each.id) && pair[name] === o.current.get(each.id)?.[name]
            return !stays && pair[name] !== wish
          }),
        )
        expect(robbed).toEqual([])
      }),
    )
  })

  test('the order of the rows does not matter, and asking again changes nothing', () => {
    fc.assert(
      fc.property(situation, (o) => {
        const first = assignPorts(o)
        expect(assignPorts({ ...o, ramais: o.ramais.toReversed() })).toEqual(first)
        const served = portsOf(first)
        const again = assignPorts({ ...o, current: served })
        for (const id of served.keys()) expect(again.get(id)).toEqual(first.get(id))
      }),
    )
  })
})
