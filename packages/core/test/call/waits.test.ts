import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Reply } from '../../src/providers/dialogue.ts'
import { dialogueOf, enterRoom, hanging, phrases, repliesOf, say } from './gate-room.ts'

afterEach(() => vi.useRealTimers())

/** Comes after a while. */
async function* slowly(ms: number, ...replies: Reply[]): AsyncGenerator<Reply> {
  await new Promise((resolve) => setTimeout(resolve, ms))
  yield* replies
}

describe('a visitor who waits', () => {
  it('hears a filler while the greeting has no sound, and while the dialogue is opened', async () => {
    const open = (): Promise<never> => new Promise(() => undefined)
    const room = enterRoom({
      dialogue: { speculative: false, open },
      voice: (text) => (text === phrases.greeting(null) ? 3_000 : 0),
    })
    await room.until(() => room.heardWhole(phrases.filler), 3_000)
    await room.greeted()
    const fillers = (): number => room.said().filter((text) => text === phrases.filler).length
    await room.until(() => fillers() > 1, 3_000)
    expect(await room.leave()).toBe(0)
  })

  it('hears a filler in a turn that took up what was said before it, too', async () => {
    const { dialogue, asked } = dialogueOf(() => slowly(5_000, say('Certo.')))
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('é uma entrega')
    await room.speak('para o 501')
    await room.until(() => asked.length === 2, 500)
    const ms = await room.until(() => room.heardWhole(phrases.filler), 3_000)
    expect(ms).toBeLessThanOrEqual(2_500)
    await room.until(() => room.heardWhole('Certo.'), 6_000)
    expect(await room.leave()).toBe(0)
  })

  it('hears the reply in spite of a knock whose words took long to be none', async () => {
    const { dialogue } = dialogueOf(() => slowly(2_000, say('Qual é o apartamento?')))
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('bom dia')
    await room.speak('', { sttMs: 4_000 })
    expect(room.said()).toContain(phrases.filler)
    await room.until(() => room.heardWhole('Qual é o apartamento?'), 4_000)
    expect(await room.leave()).toBe(0)
  })

  it('whom nobody understood is asked again, though a filler was being said just then', async () => {
    const { dialogue, asked } = dialogueOf(() => repliesOf(say('Como?')))
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('', { sttMs: 1_900 })
    await room.until(() => room.heardWhole('Como?'), 3_000)
    expect(asked).toMatchObject([{ type: 'said', text: '' }])
    expect(await room.leave()).toBe(0)
  })

  it('hears a filler, and then the keypad, when a reply stops in the middle', async () => {
    const { dialogue } = dialogueOf(async function* () {
      yield say('Entendi.')
      yield* hanging()
    })
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('bom dia')
    await room.until(() => room.heardWhole('Entendi.'), 1_000)
    await room.until(() => room.heardWhole(phrases.filler), 2_500)
    await room.until(() => room.heardWhole(phrases.troubleKeypad), 15_000)
    await room.speak('bom dia')
    await room.until(() => room.outcome() !== null, 20_000)
    expect(room.outcome()).toMatchObject({ type: 'handed-over' })
    expect(await room.leave()).toBe(0)
  })

  it.each([1, 2, 3, 4])(
    'is never left in silence for long by slow providers: run %d',
    async (run) => {
      const { dialogue } = dialogueOf(() => slowly(1_200 * run, say(`Certo ${run}.`)))
      const room = enterRoom({
        dialogue,
        voice: (text) => (text.startsWith('Certo') ? 1_000 * run : 0),
      })
      await room.greeted()
      await room.speak('bom dia', { sttMs: 1_100 * run })
      const { frames } = room
      const from = frames.length
      await room.pass(20_000)
      const gaps = frames
        .slice(from)
        .join('')
        .replaceAll('true', '#')
        .split('#')
        .map((gap) => gap.split('false').length - 1)
      // 8 s of idleness is the longest that is meant: 400 frames.
      expect(Math.max(...gaps)).toBeLessThanOrEqual(425)
      expect(room.said().length).toBeGreaterThan(2)
      expect(await room.leave()).toBe(0)
    },
  )

  it('is handed over when there is no voice, before half a minute is over', async () => {
    const { dialogue } = dialogueOf(() => repliesOf(say('Certo.')))
    const room = enterRoom({ dialogue, voice: () => 'never' })
    await room.until(() => room.outcome() !== null, 30_000)
    expect(room.outcome()).toBeInstanceOf(Error)
    expect(await room.leave()).toBe(0)
  })
})

describe('a dialogue', () => {
  it.each(['in the greeting', 'while it replies', 'while the resident is called'])(
    'is closed when the visitor hangs up %s',
    async (when) => {
      const { dialogue, asked, closed } = dialogueOf(() =>
        when === 'while it replies'
          ? hanging()
          : repliesOf({ type: 'facts', change: { unit: '501' }, ready: true }),
      )
      const room = enterRoom({ dialogue })
      await room.pass(300)
      if (when !== 'in the greeting') {
        await room.greeted()
        await room.speak('501')
        await room.until(() => asked.length === 1, 500)
      }
      if (when === 'while the resident is called') await room.until(() => room.rung(), 500)
      expect(await room.leave()).toBe(0)
      expect(closed()).toBe(1)
    },
  )

  it('is closed where there is no voice for the greeting', async () => {
    const { dialogue, closed } = dialogueOf(() => repliesOf())
    const room = enterRoom({ dialogue, voice: () => 'fails' })
    await room.until(() => room.outcome() !== null, 500)
    await room.settle()
    expect(closed()).toBe(1)
    expect(await room.leave()).toBe(0)
  })
})

describe('what a visitor did', () => {
  it('by key is not forgotten for a word that follows', async () => {
    const { dialogue, asked } = dialogueOf((turn) =>
      turn.type === 'digits'
        ? slowly(2_000, { type: 'facts', change: { unit: '501' }, ready: true })
        : repliesOf(say('Qual?')),
    )
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.press('501#')
    await room.until(() => asked.length === 1, 500)
    await room.speak('alô')
    await room.until(() => room.rung(), 5_000)
    expect(room.record.facts.unit).toBe('501')
    expect(await room.leave()).toBe(0)
  })

  it('in words is not forgotten when they come late and nothing follows', async () => {
    const { dialogue, asked } = dialogueOf((_, { nth }) =>
      repliesOf(say(nth === 0 ? 'Um dois três quatro cinco seis sete oito.' : 'Certo.')),
    )
    const room = enterRoom({ dialogue })
    await room.greeted()
    await room.speak('é uma entrega')
    await room.pass(400)
    room.listener()?.late?.({ text: 'para o 501' })
    await room.until(() => asked.length === 2, 15_000)
    expect(asked[1]).toMatchObject({ type: 'said', text: 'para o 501' })
    expect(room.said()).not.toContain(phrases.stillThere)
    expect(await room.leave()).toBe(0)
  })

  it('while a directory is down leads to a human, however much the dialogue says', async () => {
    const { dialogue } = dialogueOf(async function* () {
      yield say('Entendi.')
      yield* slowly(500, { type: 'facts', change: { unit: '501' }, ready: false })
    })
    const directory = { find: () => Promise.reject(new Error('no directory')) }
    const room = enterRoom({ dialogue, directory })
    await room.greeted()
    await room.speak('501')
    await room.until(() => room.heardWhole(phrases.troubleKeypad), 5_000)
    expect(room.said()).toContain('Entendi.')
    await room.speak('501')
    await room.until(() => room.outcome() !== null, 15_000)
    expect(room.outcome()).toMatchObject({ type: 'handed-over' })
    expect(await room.leave()).toBe(0)
  })
})
