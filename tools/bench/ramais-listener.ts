import { silentLog } from '@portaria/core/log'
import type { TestDatabase } from '@portaria/test-kit/test-database'
import { createConnector } from '../../packages/plugin-postgres/src/connection/connector.ts'
import { createDatabase } from '../../packages/plugin-postgres/src/connection/database.ts'
import { targetOf } from '../../packages/plugin-postgres/src/connection/target.ts'
import { listen } from '../../packages/plugin-postgres/src/listener/listen.ts'
import { options } from '../../packages/plugin-postgres/src/options.ts'

const pairs = 4_000
/** Until the code is compiled, nothing is measured. */
const warmUp = 500

/** Latencies in ms from sending a notification until the listener has it. */
export type Latencies = { readonly bare: readonly number[]; readonly ours: readonly number[] }

/**
 * The same notifications through a bare client of pg and through our listener, by turns: what the machine does
 * meanwhile does both the same harm.
 */
export async function measureListener(database: TestDatabase): Promise<Latencies> {
  const bare: number[] = []
  const ours: number[] = []
  const sender = await database.client()
  const target = await targetOf(options.parse({ url: database.url, ssl: false }), silentLog)
  const connector = createConnector(target)
  await using pool = createDatabase({ connector, log: silentLog })
  const over = new AbortController()

  const client = await database.client()
  let arrived = (): void => undefined
  client.on('notification', () => arrived())
  const live = Promise.withResolvers<void>()
  const listening = (async () => {
    const o = { connector, database: pool, channels: ['ours'], pollMs: 60_000, log: silentLog }
    for await (const event of listen({ ...o, signal: over.signal })) {
      if (event.type === 'notification') arrived()
      else if (event.type === 'link' && event.state === 'live') live.resolve()
    }
  })().catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  await live.promise
  await client.query('LISTEN bare')

  const send = async (channel: string): Promise<number> => {
    const heard = Promise.withResolvers<void>()
    arrived = heard.resolve
    const sentMs = performance.now()
    const sent = sender.query('SELECT pg_notify($1, $2)', [channel, payload])
    await heard.promise
    const latencyMs = performance.now() - sentMs
    await sent
    return latencyMs
  }
  for (let pair = -warmUp; pair < pairs; pair++) {
    const tookMs = { bare: await send('bare'), ours: await send('ours') }
    if (pair < 0) continue
    bare.push(tookMs.bare)
    ours.push(tookMs.ours)
  }
  over.abort()
  await listening
  await Promise.all([sender.end(), client.end()])
  return { bare, ours }
}

/** As long as what the triggers tell. */
const payload = JSON.stringify({ action: 'UPDATE', data: { filler: 'x'.repeat(450) } })
