import { expect, it } from 'vitest'
import { createMouth } from '../../src/call/mouth.ts'
import { createPlayer } from '../../src/call/player.ts'
import { silentLog } from '../../src/log.ts'
import type { Utterance } from '../../src/speech/utterance.ts'

/** A mouth whose sentences last one frame for each word, and a clock that is cranked by hand. */
function mouth(o: { failOn?: string } = {}) {
  const player = createPlayer()
  const said: [string, boolean][] = []
  const gone = new AbortController()
  const speak = (text: string): Utterance => ({
    text,
    rate: 8000,
    chunks: text === o.failOn ? [] : text.split(' ').map(() => new Int16Array(160).fill(9)),
    complete: true,
    failed: text === o.failOn ? new Error('no voice') : null,
    by: 'tones',
    subscribe: () => () => {},
  })
  const made = createMouth({
    player,
    speak,
    onSaid: (text, interrupted) => said.push([text, interrupted]),
    clock: () => 0,
    signal: gone.signal,
    log: silentLog,
  })
  const crank = async (frames: number): Promise<number> => {
    let sounds = 0
    for (let i = 0; i < frames; i++) {
      await new Promise((resolve) => void setImmediate(resolve))
      if (player.fill(new Int16Array(160)) > 0) sounds += 1
    }
    return sounds
  }
  return { mouth: made, said, gone, crank }
}

const politely = { interruptible: true, signal: new AbortController().signal }

it('says sentences one after another and tells what was said', async () => {
  const { mouth: m, said, crank } = mouth()
  const saying = m.say(['um dois', 'três'], politely)
  await crank(20)
  expect(await saying).toEqual({ played: 'um dois três', interrupted: false, failed: false })
  expect(said).toEqual([
    ['um dois', false],
    ['três', false],
  ])
})

it('is silent from the onset on, and goes on after a false start', async () => {
  const { mouth: m, crank } = mouth()
  const saying = m.say(['um dois três'], politely)
  expect(await crank(1)).toBe(1)
  m.pause()
  expect(await crank(5)).toBe(0)
  expect(m.resume()).toBe(true)
  expect(await crank(5)).toBe(2)
  expect((await saying).interrupted).toBe(false)
  expect(m.resume()).toBe(false)
})

it('tells the words that were heard when it is interrupted', async () => {
  const { mouth: m, said, crank } = mouth()
  const saying = m.say(['um dois três quatro', 'cinco'], politely)
  await crank(2)
  m.interrupt()
  expect(await saying).toEqual({ played: 'um dois', interrupted: true, failed: false })
  expect(said).toEqual([['um dois', true]])
})

it('lets nobody interrupt the decision', async () => {
  const { mouth: m, crank } = mouth()
  const saying = m.say(['um dois três'], { ...politely, interruptible: false })
  m.pause()
  m.interrupt()
  expect(await crank(9)).toBe(3)
  expect((await saying).interrupted).toBe(false)
})

it('ends what was being said when something else is', async () => {
  const { mouth: m, crank } = mouth()
  const first = m.say(['um dois três'], politely)
  await crank(1)
  const second = m.say(['quatro'], politely)
  await crank(9)
  expect((await first).interrupted).toBe(true)
  expect(await second).toEqual({ played: 'quatro', interrupted: false, failed: false })
})

it('settles when the leg is gone, and before it when it was gone already', async () => {
  const { mouth: m, gone, crank } = mouth()
  const saying = m.say(['um dois três'], politely)
  await crank(1)
  gone.abort()
  expect((await saying).interrupted).toBe(true)
  expect(await m.say(['quatro'], politely)).toEqual({
    played: '',
    interrupted: true,
    failed: false,
  })
})

it('goes on with the next sentence when the voice fails', async () => {
  const { mouth: m, crank } = mouth({ failOn: 'um' })
  const saying = m.say(['um', 'dois'], politely)
  await crank(9)
  expect(await saying).toEqual({ played: 'dois', interrupted: false, failed: true })
})
