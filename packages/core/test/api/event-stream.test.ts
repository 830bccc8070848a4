import { get, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { callId, heard, startTestApi } from './daemon-for-tests.ts'

type Api = Awaited<ReturnType<typeof startTestApi>>

/** Opens the stream; resolves when its first bytes have come, so that nothing published later is missed. */
async function open(api: Api, o: { after?: string; query?: string } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const headers = o.after === undefined ? {} : { 'last-event-id': o.after }
  get(`${api.url}/api/events${o.query ?? ''}`, { headers, agent: false }, resolve).on(
    'error',
    reject,
  )
  const response = await promise
  const received = { text: '', ids: [] as number[], closed: false }
  response.setEncoding('utf8')
  let line = ''
  response.on('data', (chunk: string) => {
    if (received.text.length < 100_000) received.text += chunk
    const lines = (line + chunk).split('\n')
    line = lines.pop() ?? ''
    for (const each of lines) if (each.startsWith('id: ')) received.ids.push(Number(each.slice(4)))
  })
  response.on('error', () => (received.closed = true))
  response.on('close', () => (received.closed = true))
  await until(() => received.text.includes('retry:'))
  return {
    response,
    received,
    ids: () => received.ids,
    close: () => response.destroy(),
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 8_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not happen within 8 s')
    await delay(5)
  }
}

describe('GET /api/events', () => {
  test('sends each new event with id, type and one line of JSON, and none of the past', async () => {
    await using api = await startTestApi()
    api.events.publish(heard('antes'))
    const reader = await open(api)
    expect(reader.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    api.events.publish(heard('entrega\r\npara o 501 \u001b[2J'))
    await until(() => reader.received.text.endsWith('}\n\n'))
    const [, ...lines] = reader.received.text.trimEnd().split('\n\n').join('\n').split('\n')
    expect(lines[0]).toBe('id: 2')
    expect(lines[1]).toBe('event: heard')
    expect(lines[2]).toMatch(/^data: \{/)
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[2]?.slice(6) ?? '')).toMatchObject({
      id: 2,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      type: 'heard',
      text: 'entrega\r\npara o 501 \u001b[2J',
      call_id: callId,
    })
    reader.close()
  })

  test.each([
    ['the header', { after: '2' }],
    ['the query', { query: '?lastEventId=2' }],
    ['the header before the query', { after: '2', query: '?lastEventId=1' }],
  ])('resumes after the id of %s, without a gap or a double', async (_, from) => {
    await using api = await startTestApi()
    for (const text of ['1', '2', '3', '4']) api.events.publish(heard(text))
    const reader = await open(api, from)
    api.events.publish(heard('5'))
    await until(() => reader.ids().includes(5))
    expect(reader.ids()).toEqual([3, 4, 5])
    reader.close()
  })

  test('gives all that is kept to a reader from before a restart', async () => {
    await using api = await startTestApi()
    for (const text of ['1', '2']) api.events.publish(heard(text))
    const reader = await open(api, { after: '900' })
    await until(() => reader.ids().length === 2)
    expect(reader.ids()).toEqual([1, 2])
    reader.close()
  })

  test('takes an id that is no number as none', async () => {
    await using api = await startTestApi()
    api.events.publish(heard('1'))
    const reader = await open(api, { after: 'x' })
    api.events.publish(heard('2'))
    await until(() => reader.ids().length > 0)
    expect(reader.ids()).toEqual([2])
    reader.close()
  })

  test('shows that it lives while nothing happens', async () => {
    await using api = await startTestApi({ heartbeatMs: 10 })
    const reader = await open(api)
    await until(() => reader.received.text.includes(':\n\n:\n\n'))
    expect(reader.ids()).toEqual([])
    reader.close()
  })

  test('serves many readers, and forgets those that leave', async () => {
    await using api = await startTestApi()
    const readers = await Promise.all(Array.from({ length: 50 }, () => open(api)))
    api.events.publish(heard('a'))
    await until(() => readers.every((reader) => reader.ids().length === 1))
    for (const reader of readers.slice(1)) reader.close()
    api.events.publish(heard('b'))
    await until(() => readers[0]?.ids().length === 2)
    expect(readers.map((reader) => reader.ids().length)).toEqual([2, ...Array<number>(49).fill(1)])
    readers[0]?.close()
  })

  test('drops a reader that does not read, while others go on', async () => {
    await using api = await startTestApi()
    const [slow, quick] = [await open(api), await open(api)]
    slow.response.pause()
    const text = 'x'.repeat(100_000)
    // Far more than what the kernel keeps for a connection that nobody reads.
    for (let published = 1; published <= 300; published += 1) {
      api.events.publish(heard(text))
      if (published % 5 === 0) await until(() => quick.ids().length === published)
    }
    slow.response.resume()
    await until(() => slow.received.closed)
    expect(slow.ids().length).toBeLessThan(300)
    expect(quick.received.closed).toBe(false)
    quick.close()
  })

  test('resumes more than its send limit at once', async () => {
    await using api = await startTestApi()
    api.events.publish(heard('first'))
    for (let count = 0; count < 100; count += 1) api.events.publish(heard('x'.repeat(100_000)))
    const reader = await open(api, { after: '1' })
    await until(() => reader.ids().length === 100)
    api.events.publish(heard('last'))
    await until(() => reader.ids().length === 101)
    expect(reader.ids()).toEqual(Array.from({ length: 101 }, (_, index) => index + 2))
    reader.close()
  })

  test('ends cleanly when the server stops, which does not wait for its readers', async () => {
    const api = await startTestApi()
    const reader = await open(api)
    await api[Symbol.asyncDispose]()
    await until(() => reader.received.closed)
    expect(reader.response.complete).toBe(true)
  })
})
