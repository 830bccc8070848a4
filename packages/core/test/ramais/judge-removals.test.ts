import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeRemovals, type Held, type JudgeRemovals } from '../../src/ramais/judge-removals.ts'

const ids = (count: number, first = 1) => Array.from({ length: count }, (_, at) => first + at)

/** A full read at 1,000,000 ms that finds some row. */
function judge(o: Partial<JudgeRemovals>) {
  return judgeRemovals({
    running: ids(20),
    vanished: [],
    back: [],
    source: 'full',
    desiredEmpty: false,
    held: null,
    nowMs: 1_000_000,
    accept: false,
    ...o,
  })
}

const heldSince = (held: readonly number[], sinceMs = 1_000_000): Held => ({ ids: held, sinceMs })
const minuteLater = 1_060_000
const idsOf = (held: Held | null): readonly number[] => held?.ids ?? []
const ascending = (list: readonly number[]) => list.toSorted((a, b) => a - b)

describe('what vanishes at once', () => {
  test.each([
    ['one of one', 1, 1],
    ['one of two', 1, 2],
    ['four of five', 4, 5],
    ['a fifth, five of 25', 5, 25],
    ['four of twenty', 4, 20],
  ])('is removed when it is %s', (_, gone, running) => {
    expect(judge({ running: ids(running), vanished: ids(gone) })).toEqual({
      remove: ids(gone),
      held: null,
    })
  })

  test.each([
    ['all of two', 2, 2],
    ['all of four', 4, 4],
    ['five of 24', 5, 24],
    ['1,000 of 1,000', 1000, 1000],
  ])('is held when it is %s', (_, gone, running) => {
    for (const source of ['full', 'ids'] as const) {
      expect(judge({ running: ids(running), vanished: ids(gone), source })).toEqual({
        remove: [],
        held: heldSince(ids(gone)),
      })
    }
  })

  test('counts each id once, and only those that run', () => {
    const vanished = [3, 3, 3, 2, 2, 90, 91, 92]
    expect(judge({ vanished })).toEqual({ remove: [2, 3], held: null })
  })
})

describe('a hold', () => {
  const held = heldSince(ids(8))

  test('is released by a full read a minute later that still misses them', () => {
    expect(judge({ vanished: ids(8), held, nowMs: minuteLater })).toEqual({
      remove: ids(8),
      held: null,
    })
  })

  test('is not released by two full reads that agree earlier', () => {
    expect(judge({ vanished: ids(8), held, nowMs: minuteLater - 1 })).toEqual({ remove: [], held })
  })

  test('is not released by reads of some ids, however late', () => {
    expect(judge({ source: 'ids', held, nowMs: minuteLater })).toEqual({ remove: [], held })
  })

  test('is never released by an empty source, but by a person', () => {
    const all = { running: ids(8), vanished: ids(8), desiredEmpty: true, held, nowMs: minuteLater }
    expect(judge(all)).toEqual({ remove: [], held })
    expect(judge({ ...all, accept: true })).toEqual({ remove: ids(8), held: null })
  })

  test('loses the ids that come back, in a full read or one of ids', () => {
    const rest = heldSince([2, 4])
    expect(judge({ vanished: [2, 4], back: [1, 3, 5, 6, 7, 8], held })).toEqual({
      remove: [],
      held: rest,
    })
    expect(judge({ source: 'ids', back: [1, 3, 5, 6, 7, 8], held })).toEqual({
      remove: [],
      held: rest,
    })
    expect(judge({ source: 'ids', back: [2, 4], held: rest })).toEqual({ remove: [], held: null })
  })

  test('loses the ids that are served no more', () => {
    const running = ids(12, 8)
    const rest = { remove: [], held: heldSince([8]) }
    expect(judge({ running, vanished: [8], held })).toEqual(rest)
    expect(judge({ running, source: 'ids', held })).toEqual(rest)
  })

  test('takes in what vanishes meanwhile, and waits its minute again', () => {
    const nowMs = minuteLater - 1
    const more = judge({ source: 'ids', vanished: [12], held, nowMs })
    expect(more).toEqual({ remove: [], held: heldSince([...ids(8), 12], nowMs) })
    const later = { vanished: [...ids(8), 12], held: more.held }
    expect(judge({ ...later, nowMs: minuteLater }).remove).toEqual([])
    expect(judge({ ...later, nowMs: nowMs + 60_000 }).remove).toEqual([...ids(8), 12])
  })

  test('does not keep a single removal waiting when only little is left of it', () => {
    const small = heldSince([1, 2])
    const nowMs = 1_030_000
    expect(judge({ vanished: [1, 2, 9], held: small, nowMs })).toEqual({ remove: [9], held: small })
  })

  test('that ends judges by itself what vanished in that very read', () => {
    const ending = { held, nowMs: minuteLater }
    expect(judge({ ...ending, vanished: ids(9) })).toEqual({ remove: ids(9), held: null })
    expect(judge({ ...ending, vanished: ids(16) })).toEqual({
      remove: ids(8),
      held: heldSince(ids(8, 9), minuteLater),
    })
    expect(judge({ ...ending, running: ids(10), vanished: ids(10) })).toEqual({
      remove: ids(8),
      held: heldSince([9, 10], minuteLater),
    })
  })
})

describe('of whatever reads', () => {
  const some = fc.uniqueArray(fc.nat(14))
  type Read = {
    present: number[]
    asked: number[]
    source: 'full' | 'ids'
    waitMs: number
    accept: boolean
  }
  const read: fc.Arbitrary<Read> = fc.record({
    present: some,
    asked: some,
    source: fc.constantFrom('full', 'ids'),
    waitMs: fc.nat(90_000),
    accept: fc.nat(9).map((die) => die === 0),
  })
  const reads = fc.array(read)

  type Step = { o: JudgeRemovals; remove: readonly number[]; after: Held | null }

  /** Plays reads one after another, from 15 ramais that run. */
  function play(steps: readonly Read[]) {
    const played: Step[] = []
    let running = ids(15, 0)
    let held: Held | null = null
    let nowMs = 0
    for (const { present, asked, source, waitMs, accept } of steps) {
      nowMs += waitMs
      const isSought = (each: number) => source === 'full' || asked.includes(each)
      const vanished = running.filter((each) => isSought(each) && !present.includes(each))
      const isFound = (each: number) => isSought(each) && present.includes(each)
      const back: number[] = idsOf(held).filter(isFound)
      const desiredEmpty = present.length === 0
      const o = { running, vanished, back, source, desiredEmpty, held, nowMs, accept }
      const { remove, held: after } = judgeRemovals(o)
      played.push({ o, remove, after })
      running = running.filter((each) => !remove.includes(each))
      held = after
    }
    return played
  }

  test('every id that is gone is removed or held, no other is, and none is both', () => {
    fc.assert(
      fc.property(reads, (steps) => {
        for (const { o, remove, after } of play(steps)) {
          const heldStill = idsOf(o.held).filter((id) => !o.back.includes(id))
          const gone = new Set([...heldStill, ...o.vanished])
          expect(ascending([...remove, ...idsOf(after)])).toEqual(ascending([...gone]))
        }
      }),
    )
  })

  test('whoever accepts, accepts all', () => {
    fc.assert(
      fc.property(reads, (steps) => {
        const accepted = play(steps).filter(({ o }) => o.accept)
        expect(accepted.filter(({ after }) => after !== null)).toEqual([])
      }),
    )
  })

  test('a mass is never removed by the read that first misses it', () => {
    fc.assert(
      fc.property(reads, (steps) => {
        const masses = play(steps).filter(({ o, remove }) => {
          const fresh = remove.filter((id) => !idsOf(o.held).includes(id)).length
          const { length } = o.running
          return (
            !o.accept && ((fresh >= 5 && fresh / length > 0.2) || (fresh > 1 && fresh === length))
          )
        })
        expect(masses).toEqual([])
      }),
    )
  })

  test('what is held is removed only by a full read of rows, a minute later', () => {
    fc.assert(
      fc.property(reads, (steps) => {
        const released = play(steps).filter(
          ({ o, remove }) => !o.accept && remove.some((id) => idsOf(o.held).includes(id)),
        )
        for (const { o } of released) {
          expect(o).toMatchObject({ source: 'full', desiredEmpty: false })
          expect(o.nowMs - (o.held?.sinceMs ?? o.nowMs)).toBeGreaterThanOrEqual(60_000)
        }
      }),
    )
  })
})
