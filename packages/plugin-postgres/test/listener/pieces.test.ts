import { describe, expect, it } from 'vitest'
import { answeredWithin } from '../../src/listener/answered-within.ts'
import { backOff } from '../../src/listener/back-off.ts'
import { createEventQueue } from '../../src/listener/event-queue.ts'

describe('waiting before the next attempt', () => {
  it('is none at first, then doubles up to 1 s where the server is away', () => {
    const waits = [1, 2, 3, 4, 5, 6, 1000].map((failures) =>
      backOff({ failures, refused: false, random: () => 1 }),
    )
    expect(waits).toEqual([0, 100, 200, 400, 800, 1000, 1000])
  })

  it('goes up to 30 s where only a person can mend it, and differs by up to a half', () => {
    const waits = [1, 2, 3, 9].map((failures) =>
      backOff({ failures, refused: true, random: () => 0 }),
    )
    expect(waits).toEqual([0, 500, 1000, 15_000])
  })
})

describe('events on their way to a slow reader', () => {
  it('come in their order, and as one doubt when there are too many', async () => {
    const queue = createEventQueue({ limit: 3, overflow: 'doubt' })
    const reader = queue.read(new AbortController().signal)
    for (const event of ['a', 'b', 'c']) queue.push(event)
    expect(
      [await reader.next(), await reader.next(), await reader.next()].map(({ value }) => value),
    ).toEqual(['a', 'b', 'c'])
    for (const event of ['d', 'e', 'f', 'g', 'h']) queue.push(event)
    expect(
      [await reader.next(), await reader.next(), await reader.next()].map(({ value }) => value),
    ).toEqual(['doubt', 'g', 'h'])
  })

  it('end with the reason of the signal', async () => {
    const over = new AbortController()
    const next = createEventQueue({ limit: 1, overflow: '' }).read(over.signal).next()
    over.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  })
})

describe('an answer that is waited for', () => {
  it('is not late when it lay ready while this process was held up', async () => {
    const work = new Promise((resolve) => setTimeout(resolve, 20, 'answer'))
    const waiting = answeredWithin(work, { ms: 10, late: () => new Error('late') })
    const until = performance.now() + 50
    while (performance.now() < until);
    expect(await waiting).toBe('answer')
  })

  it('is late when it does not come', async () => {
    const never = new Promise(() => undefined)
    await expect(answeredWithin(never, { ms: 1, late: () => new Error('late') })).rejects.toThrow(
      'late',
    )
  })
})
