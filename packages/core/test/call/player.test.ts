import { expect, it } from 'vitest'
import fc from 'fast-check'
import { createPlayer, type Playout } from '../../src/call/player.ts'
import type { Utterance } from '../../src/speech/utterance.ts'

function utteranceOf(chunks: number[][], o: Partial<Utterance> = {}): Utterance {
  return {
    text: 'um dois três quatro',
    rate: 8000,
    chunks: chunks.map((chunk) => Int16Array.from(chunk)),
    complete: true,
    failed: null,
    by: null,
    subscribe: () => () => {},
    ...o,
  }
}

/** Pulls frames until the player has nothing more. */
function drain(player: ReturnType<typeof createPlayer>, samples: number): number[] {
  const heard: number[] = []
  for (let frame = 0; frame < 1_000 && player.busy; frame++) {
    const out = new Int16Array(samples)
    heard.push(...out.subarray(0, player.fill(out)))
  }
  return heard
}

it('plays every sample once and in order, however the chunks are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: -99, max: 99 }), { maxLength: 500 })),
      (chunks) => {
        const player = createPlayer()
        const ends: Playout[] = []
        player.play(utteranceOf(chunks), { onDone: (playout) => ends.push(playout) })
        expect(drain(player, 160)).toEqual(chunks.flat())
        expect(ends).toEqual([{ how: 'finished', fraction: 1 }])
      },
    ),
  )
})

it('gives silence while chunks are late, and repeats nothing when they come', () => {
  const chunks = [new Int16Array(160).fill(1)]
  const late = { ...utteranceOf([]), chunks, complete: false }
  const player = createPlayer()
  player.play(late, { onDone() {} })
  const out = new Int16Array(160)
  expect(player.fill(out)).toBe(160)
  expect(player.fill(out)).toBe(0)
  chunks.push(new Int16Array(80).fill(2))
  expect(player.fill(out)).toBe(80)
  expect([...out.subarray(0, 80)]).toEqual(new Array(80).fill(2))
})

it('is silent while paused and goes on where it was', () => {
  const player = createPlayer()
  player.play(utteranceOf([Array.from({ length: 480 }, (_, i) => i)]), { onDone() {} })
  const out = new Int16Array(160)
  player.fill(out)
  player.pause('all')
  expect(player.fill(out)).toBe(0)
  player.resume()
  player.fill(out)
  expect(out[0]).toBe(160)
})

it('says how much was heard when it is stopped, and that the voice failed when it did', () => {
  const player = createPlayer()
  const ends: Playout[] = []
  player.play(utteranceOf([new Array(320).fill(1)]), { onDone: (playout) => ends.push(playout) })
  player.fill(new Int16Array(160))
  player.stop()
  player.stop()
  player.play(utteranceOf([], { failed: new Error('no voice') }), {
    onDone: (playout) => ends.push(playout),
  })
  player.fill(new Int16Array(160))
  expect(ends).toEqual([
    { how: 'stopped', fraction: 0.5 },
    { how: 'failed', fraction: 0 },
  ])
})

it('doubles an 8 kHz sentence on a leg that turned out to be 16 kHz', () => {
  const player = createPlayer()
  player.play(utteranceOf([[0, 100, 200, 300]]), { onDone() {} })
  const out = new Int16Array(320)
  expect(player.fill(out)).toBe(8)
  expect([...out.subarray(0, 8)]).toEqual([0, 50, 100, 150, 200, 250, 300, 300])
})
