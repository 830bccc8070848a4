import { afterEach, describe, expect, it, vi } from 'vitest'
import { dialogueOf, enterRoom, hanging, phrases, repliesOf, say } from './gate-room.ts'

afterEach(() => vi.useRealTimers())

const pressed0 = { type: 'handed-over', why: 'the visitor pressed 0' }

describe('0 asks for a human', () => {
  it('while the dialogue is being opened and hangs', async () => {
    const room = enterRoom({
      dialogue: { speculative: false, open: () => new Promise(() => undefined) },
    })
    await room.pass(500)
    await room.press('0')
    await room.until(() => room.outcome() !== null, 6_000)
    expect(room.outcome()).toMatchObject(pressed0)
    expect(await room.leave()).toBe(0)
  })

  it('while the dialogue hangs in its reply, within two seconds', async () => {
    const { dialogue, asked } = dialogueOf(() => hanging())
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('bom dia')
    await room.until(() => asked.length === 1, 500)
    await room.press('0')
    await room.until(() => room.record.state === 'finishing', 2_000)
    await room.until(() => room.outcome() !== null, 6_000)
    expect(room.outcome()).toMatchObject(pressed0)
    expect(asked).toHaveLength(1)
    expect(room.said()).not.toContain(phrases.troubleKeypad)
    expect(await room.leave()).toBe(0)
  })

  it('while a reply that was half heard hangs', async () => {
    const { dialogue } = dialogueOf(async function* () {
      yield say('Entendi.')
      yield* hanging()
    })
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('bom dia')
    await room.until(() => room.said().includes('Entendi.'), 2_000)
    await room.press('0')
    await room.until(() => room.record.state === 'finishing', 2_000)
    expect(await room.leave()).toBe(0)
  })

  it('while the directory hangs', async () => {
    const { dialogue } = dialogueOf(() =>
      repliesOf({ type: 'facts', change: { unit: '501' }, ready: true }),
    )
    const room = enterRoom({ dialogue, directory: { find: () => new Promise(() => undefined) } })
    await room.greeted()
    await room.speak('501')
    await room.press('0')
    await room.until(() => room.record.state === 'finishing', 2_000)
    expect(await room.leave()).toBe(0)
  })

  it('while the resident is called, and with keys waiting before it', async () => {
    const { dialogue } = dialogueOf(() =>
      repliesOf({ type: 'facts', change: { unit: '501' }, ready: true }),
    )
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.press('501#')
    await room.until(() => room.rung(), 3_000)
    await room.press('*0#')
    await room.until(() => room.outcome() !== null, 6_000)
    expect(room.outcome()).toMatchObject(pressed0)
    expect(await room.leave()).toBe(0)
  })

  it('before everything that was done while a dialogue hung', async () => {
    const { dialogue } = dialogueOf(() => hanging())
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('bom dia')
    for (let i = 0; i < 12; i++) await room.press('1#')
    await room.press('0#')
    await room.until(() => room.record.state === 'finishing', 500)
    expect(await room.leave()).toBe(0)
  })
})
