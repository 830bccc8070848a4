import { describe, expect, it } from 'vitest'
import { createQueue } from '../src/queue.ts'

async function taken<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('a queue', () => {
  it('gives what is there, and then the end or the error, whichever came first', async () => {
    const ended = createQueue<number>()
    const failed = createQueue<number>()
    for (const queue of [ended, failed]) [1, 2].forEach(queue.push)
    ended.end()
    ended.fail(new Error('too late'))
    ended.push(3)
    expect(await taken(ended.items)).toEqual([1, 2])
    failed.fail(new Error('down'))
    failed.end()
    const left = failed.items[Symbol.asyncIterator]()
    expect([await left.next(), await left.next()]).toMatchObject([{ value: 1 }, { value: 2 }])
    await expect(left.next()).rejects.toThrow('down')
  })

  it('gives what comes while its consumer waits', async () => {
    const queue = createQueue<number>()
    const all = taken(queue.items)
    await Promise.resolve()
    queue.push(1)
    queue.end()
    expect(await all).toEqual([1])
  })

  it('gives nothing of what waits once it was aborted, even when it has ended', async () => {
    const gone = new AbortController()
    const queue = createQueue<number>({ signal: gone.signal })
    ;[1, 2].forEach(queue.push)
    queue.end()
    const left = queue.items[Symbol.asyncIterator]()
    await left.next()
    gone.abort(new Error('gone'))
    await expect(left.next()).rejects.toThrow('gone')
  })

  it('tells when its consumer stops before the end, and not when it is over', async () => {
    let left = 0
    const onLeft = (): void => void (left += 1)
    const whole = createQueue<number>({ onLeft })
    whole.push(1)
    whole.end()
    await taken(whole.items)
    expect(left).toBe(0)
    const cut = createQueue<number>({ onLeft })
    cut.push(1)
    for await (const _ of cut.items) break
    expect(left).toBe(1)
  })
})
