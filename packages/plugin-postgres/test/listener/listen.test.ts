import { startTestDatabase } from '@portaria/test-kit/test-database'
import { expect, it, vi } from 'vitest'
import { createConnector } from '../../src/connection/connector.ts'
import { createDatabase } from '../../src/connection/database.ts'
import { targetOf } from '../../src/connection/target.ts'
import { listen, type ListenEvent } from '../../src/listener/listen.ts'
import { options } from '../../src/options.ts'
import { optionsOf } from '../support/a-store.ts'
import { linesOf } from '../support/lines.ts'

it('hears several channels, whatever their names, with the text as it was sent and who sent it', async () => {
  await using server = await startTestDatabase()
  const { log } = linesOf()
  const connector = createConnector(await targetOf(options.parse(optionsOf(server)), log))
  await using database = createDatabase({ connector, log })
  const channels = ['plain', 'With "quotes" and ção', 'x; DROP TABLE y']
  const over = new AbortController()
  const events: ListenEvent[] = []
  const reading = (async () => {
    const o = { connector, database, channels, pollMs: 1000, log, signal: over.signal }
    for await (const event of listen(o)) events.push(event)
  })().catch((error: unknown) => error)
  await vi.waitFor(() => expect(events).toEqual([{ type: 'link', state: 'live' }]), 10_000)

  const client = await server.client()
  const pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid
  const sentMs = performance.now()
  const payloads = ['{"a": 1}', 'olá', '']
  for (const [index, channel] of channels.entries()) {
    await client.query('SELECT pg_notify($1, $2)', [channel, payloads[index]])
  }
  await vi.waitFor(() => expect(events).toHaveLength(4), 10_000)
  expect(events.slice(1)).toEqual(
    channels.map((channel, index) => ({
      type: 'notification',
      channel,
      payload: payloads[index],
      pid,
      receivedMs: expect.any(Number) as number,
    })),
  )
  const receivedMs = events.flatMap((event) => ('receivedMs' in event ? event.receivedMs : []))
  expect(Math.min(...receivedMs)).toBeGreaterThan(sentMs)
  over.abort(new Error('enough'))
  expect(await reading).toEqual(new Error('enough'))
})
