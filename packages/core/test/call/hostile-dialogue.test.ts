import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Reply } from '../../src/providers/dialogue.ts'
import { dialogueOf, enterRoom, phrases, repliesOf, say } from './gate-room.ts'

afterEach(() => vi.useRealTimers())

/** What no plugin should send, and some do. */
const as = (part: unknown): Reply => part as Reply

function roomOf(...parts: unknown[]) {
  return enterRoom({ dialogue: dialogueOf(() => repliesOf(...parts.map(as))).dialogue })
}

/** Has one turn, and resolves when something was heard of its reply. */
async function haveTurn(room: ReturnType<typeof enterRoom>): Promise<string[]> {
  await room.greeted()
  const before = room.said().length
  await room.speak('bom dia')
  await room.until(() => room.record.view().turns.length > 0, 60_000)
  return room.said().slice(before)
}

describe('a dialogue cannot hold up a visit', () => {
  it.each<[string, () => AsyncGenerator<Reply>]>([
    ['facts', () => endless({ type: 'facts', change: {}, ready: false })],
    ['empty sentences', () => endless(say(''))],
    ['punctuation', () => endless(say('... !?'))],
    ['parts of no known kind', () => endless(as({ type: 'gate', open: true }))],
  ])(
    'by endless %s: the question is asked again, and the dialogue is told to stop',
    async (_, reply) => {
      let stopped = false
      const { dialogue } = dialogueOf(async function* () {
        try {
          yield* reply()
        } finally {
          stopped = true
        }
      })
      const room = enterRoom({ dialogue })
      expect(await haveTurn(room)).toEqual([phrases.askByVoice])
      await room.settle()
      expect(stopped).toBe(true)
      expect(await room.leave()).toBe(0)
    },
  )

  it('by a hundred thousand sentences: it says the first, and is told to stop', async () => {
    let given = 0
    const { dialogue } = dialogueOf(async function* () {
      for (; given < 100_000; given++) yield say(`Sim ${given}.`)
    })
    const room = enterRoom({ dialogue })
    const said = await haveTurn(room)
    expect(said.length).toBeLessThanOrEqual(80)
    expect(given).toBeLessThanOrEqual(100)
    expect(await room.leave()).toBe(0)
  })

  it('by a sentence of ten megabytes', async () => {
    const room = roomOf(say('Sim! '.repeat(2_000_000)))
    await room.greeted()
    await room.speak('bom dia')
    await room.until(() => room.said().includes('Sim!'), 2_000)
    await room.press('0#')
    await room.until(() => room.record.state === 'finishing', 2_000)
    expect(await room.leave()).toBe(0)
  })

  it.each<[string, unknown[]]>([
    ['nothing', [undefined]],
    ['a text that is none', [{ type: 'say', text: 17 }]],
    [
      'a getter that throws',
      [
        {
          type: 'say',
          get text(): string {
            throw new Error('no text')
          },
        },
      ],
    ],
    ['facts without a change', [{ type: 'facts', ready: true }]],
  ])('by %s: the keypad is offered, and then a human', async (_, parts) => {
    const room = roomOf(...parts)
    expect(await haveTurn(room)).toEqual([phrases.troubleKeypad])
    await room.speak('bom dia')
    await room.until(() => room.outcome() !== null, 10_000)
    expect(room.outcome()).toMatchObject({ type: 'handed-over' })
    expect(await room.leave()).toBe(0)
  })

  it('by going on after it ended the visit', async () => {
    const { dialogue } = dialogueOf(async function* () {
      yield { type: 'hangup' }
      yield { type: 'hand-over', why: 'after all' }
      await new Promise(() => undefined)
    })
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('bom dia')
    await room.until(() => room.outcome() !== null, 500)
    expect(room.outcome()).toEqual({ type: 'goodbye' })
    expect(await room.leave()).toBe(0)
  })
})

describe('what a dialogue learns is plain and short, or nothing', () => {
  it('whatever it sends', async () => {
    const room = roomOf(
      say('Certo.'),
      as({
        type: 'facts',
        ready: 'yes',
        change: {
          visitorName: 'A\u001b[31m\nna\u202e',
          residentName: 'x'.repeat(1_000_000),
          unit: { toString: () => '501' },
          block: 7,
          intentType: null,
          isAuthorized: true,
        },
      }),
    )
    await haveTurn(room)
    expect(room.record.facts).toEqual({
      ...{ intentType: null, residentName: null, unit: null, block: null },
      visitorName: 'A [31m na',
    })
    expect(room.rung()).toBe(false)
    expect(await room.leave()).toBe(0)
  })

  it('and ready without a destination has core ask for one', async () => {
    const room = roomOf({ type: 'facts', change: {}, ready: true })
    expect(await haveTurn(room)).toEqual([phrases.whichUnit])
    expect(await room.leave()).toBe(0)
  })

  it('and control characters are neither said nor kept', async () => {
    const room = roomOf(say('Bom\u0007 dia\u001b[2J, \u202eAna.\u0000'))
    const said = await haveTurn(room)
    expect(said.join(' ')).toMatch(/^Bom dia/u)
    expect(said.join(' ')).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(await room.leave()).toBe(0)
  })
})

async function* endless(part: Reply): AsyncGenerator<Reply> {
  for (;;) yield part
}
