import { expect, it } from 'vitest'
import { readParts } from '../../src/call/reply-parts.ts'
import type { Reply } from '../../src/providers/dialogue.ts'
import { hanging, repliesOf, say } from './gate-room.ts'

const live = (): AbortSignal => new AbortController().signal

it('gives what is there at once, and says that the rest comes later', async () => {
  const rest = Promise.withResolvers<void>()
  async function* slow(): AsyncGenerator<Reply> {
    yield say('Um.')
    yield say('Dois.')
    await rest.promise
    yield say('Três.')
  }
  const parts = readParts(slow(), live())
  expect(await parts.nextIfThere()).toEqual(say('Um.'))
  expect(await parts.nextIfThere()).toEqual(say('Dois.'))
  expect(await parts.nextIfThere()).toBe('later')
  expect(await parts.nextIfThere()).toBe('later')
  rest.resolve()
  expect(await parts.next()).toEqual(say('Três.'))
  expect(await parts.nextIfThere()).toBeNull()
})

it('rejects when the signal aborts, though the dialogue does not listen', async () => {
  const stop = new AbortController()
  const parts = readParts(hanging(), stop.signal)
  expect(await parts.nextIfThere()).toBe('later')
  stop.abort(new Error('enough'))
  await expect(parts.next()).rejects.toThrow('enough')
})

it('tells of a failure with the next look, and has none unhandled before', async () => {
  async function* failing(): AsyncGenerator<Reply> {
    yield say('Um.')
    throw new Error('down')
  }
  const parts = readParts(failing(), live())
  await parts.next()
  await expect(parts.nextIfThere()).rejects.toThrow('down')
})

it('lets go of a dialogue whose rest is not wanted, and of one that is over only once', async () => {
  let left = 0
  async function* watched(): AsyncGenerator<Reply> {
    try {
      yield* repliesOf(say('Um.'), say('Dois.'))
    } finally {
      left += 1
    }
  }
  const cut = readParts(watched(), live())
  await cut.next()
  cut.close()
  await new Promise((resolve) => void setImmediate(resolve))
  expect(left).toBe(1)
  const whole = readParts(watched(), live())
  while ((await whole.next()) !== null);
  whole.close()
  expect(left).toBe(2)
})

it('minds nothing that goes wrong when it lets go', () => {
  const parts: AsyncIterable<Reply> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return() {
        throw new Error('not now')
      },
    }),
  }
  expect(() => readParts(parts, live()).close()).not.toThrow()
})
