import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnswerAction, Evidence } from '../../src/decision/answer-state.ts'
import { createAuthorization } from '../../src/decision/authorization.ts'

const ids = { callId: 'c0ffee', ramalId: 7, legId: 'leg-1' }
const at = '2026-01-01T12:00:00.000Z'
const spoken: Evidence = { by: 'speech', words: 'pode subir' }
const yes = { action: 'authorize', evidence: spoken } as const

it('authorises the first yes of the leg that was asked, with the words that were said', () => {
  expect(createAuthorization(ids).use(yes, { ...ids }, at)).toEqual({
    outcome: 'authorized',
    reason: 'resident-yes',
    by: 'speech',
    words: 'pode subir',
    at,
  })
})

it('authorises once', () => {
  const authorization = createAuthorization(ids)
  authorization.use(yes, ids, at)
  expect(authorization.use(yes, ids, at)).toMatchObject({
    outcome: 'denied',
    reason: 'authorization-spent',
  })
})

it.each([{ callId: 'other' }, { ramalId: 8 }, { legId: 'leg-2' }])(
  'denies a yes of another call, ramal or leg (%o), and is spent by it',
  (other) => {
    const authorization = createAuthorization(ids)
    expect(authorization.use(yes, { ...ids, ...other }, at)).toMatchObject({
      outcome: 'denied',
      reason: 'authorization-mismatch',
    })
    expect(authorization.use(yes, ids, at).outcome).toBe('denied')
  },
)

it.each([
  ['deny', 'speech', 'resident-no'],
  ['give-up', 'timeout', 'no-answer'],
  ['give-up', 'speech', 'unclear'],
  ['wait', 'speech', 'unclear'],
  ['explain', 'speech', 'unclear'],
  ['repeat', 'keypad', 'unclear'],
  ['authorize', 'timeout', 'unclear'],
] as const)('denies after %s by %s because of %s', (action, by, reason) => {
  const decision = createAuthorization(ids).use({ action, evidence: { by, words: null } }, ids, at)
  expect(decision).toEqual({ outcome: 'denied', reason, by, words: null, at })
})

it('authorises at most once, whatever is tried in whatever order', () => {
  const action = fc.constantFrom<AnswerAction>(
    'wait',
    'authorize',
    'deny',
    'explain',
    'repeat',
    'give-up',
  )
  const id = fc.record({
    callId: fc.constantFrom('c0ffee', 'other'),
    ramalId: fc.constantFrom(7, 8),
    legId: fc.constantFrom('leg-1', 'leg-2'),
  })
  fc.assert(
    fc.property(fc.array(fc.record({ action, id })), (tries) => {
      const authorization = createAuthorization(ids)
      const outcomes = tries.map((tried) =>
        authorization.use({ action: tried.action, evidence: spoken }, tried.id, at),
      )
      const authorized = outcomes.filter(({ outcome }) => outcome === 'authorized')
      expect(authorized.length).toBeLessThanOrEqual(1)
      const expected = outcomes.findIndex(({ outcome }) => outcome === 'authorized')
      const [first] = tries
      const valid =
        first?.action === 'authorize' && JSON.stringify(first.id) === JSON.stringify(ids)
      expect(expected).toBe(valid ? 0 : -1)
    }),
  )
})
