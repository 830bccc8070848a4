import { once } from 'node:events'
import { createServer } from 'node:net'
import { silentLog } from '@portaria/core/log'
import { createConnector } from '@portaria/plugin-postgres/connection/connector'
import { createDatabase, type Database } from '@portaria/plugin-postgres/connection/database'
import { clockOffsetMs } from '@portaria/plugin-postgres/listen-test/clock-offset'
import { createThrowAwayRamal } from '@portaria/plugin-postgres/listen-test/throw-away-ramal'
import { listen, type ListenEvent } from '@portaria/plugin-postgres/listener/listen'
import type { Notification } from '@portaria/plugin-postgres/listener/open-session'
import type { Finding } from '@portaria/plugin-postgres/schema/finding'
import { inspectSchema } from '@portaria/plugin-postgres/schema/inspect-schema'
import { condominiumChannel } from '@portaria/plugin-postgres/store/condominiums'
import type { FoundDatabase } from '../database/find-database.ts'
import { withClient } from '../database/with-client.ts'
import { checkedChannel } from './checked-channel.ts'
import { readPayload } from './read-payload.ts'
import type { Report, Told } from './report.ts'
import { createSimulation, type Simulated, type Simulation } from './simulation.ts'
import { createTally } from './tally.ts'

/** Everything that `portaria listen-test` was asked for. */
export type ListenTest = {
  readonly found: FoundDatabase
  /** Empty: that of the ramais. */
  readonly channels: readonly string[]
  /** All channels that Portaria itself listens to as well. */
  readonly all: boolean
  readonly simulate: boolean
  /** Ends after so many notifications. */
  readonly count: number | undefined
  /** Ends after this; of a simulation, how long each change is waited for. */
  readonly timeoutMs: number | undefined
  readonly report: Report
  /** Aborted: ends as it does by itself. */
  readonly signal: AbortSignal
}

const simulationWaitMs = 10_000
const pollMs = 15_000
/** What is longer, or begins so long before it is told, is a made-up time. */
const longestMs = 86_400_000
const earliestMs = -1_000

/**
 * Checks what ramais need, then reports each notification until it is enough. Returns false when a simulation was not
 * told all of its changes. Throws a ConfigError or a ProviderError when the database cannot be asked at all.
 */
export async function listenTest(o: ListenTest): Promise<boolean> {
  const { found, report } = o
  const channels = channelsOf(o)
  const findings = await withClient(found.target, (client) => inspectSchema(client, found))
  const shown = findings.filter(({ subject }) => isShown(subject, channels))
  report.checked({ database: found.target.place, channels, findings: shown })

  const connector = createConnector(found.target)
  await using database = createDatabase({ connector, log: silentLog })
  const over = new AbortController()
  const signal = AbortSignal.any([o.signal, over.signal])
  const timer = o.simulate ? undefined : endAfter(o.timeoutMs, over)
  const simulation = o.simulate ? await simulationOf(o, { database, findings }) : null
  const live = Promise.withResolvers<void>()
  const simulating = simulation?.run({ live: live.promise, signal })
  void simulating?.finally(() => over.abort()).catch(() => undefined)
  live.promise.catch(() => undefined)

  const tally = createTally(channels)
  const startMs = performance.now()
  let told = 0
  let offsetMs = 0
  try {
    const events = listen({ connector, database, channels, pollMs, log: silentLog, signal })
    for await (const event of events) {
      if (event.type === 'notification') {
        const one = toldOf(event, { simulation, offsetMs })
        tally.add({ ...one, action: one.payload.action })
        report.told(one)
        told++
        if (simulation === null && told === o.count) break
        continue
      }
      report.link(event)
      if (event.type !== 'link') continue
      // A machine that slept has another idea of the time.
      if (event.state === 'live') offsetMs = await offsetOf(database, signal)
      settle(live, event)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    over.abort()
    // Its row is removed, whatever happened here.
    await Promise.allSettled([simulating])
  }
  const simulated = await simulating
  if (simulated !== undefined) report.simulated(simulated)
  report.ended({ seconds: (performance.now() - startMs) / 1_000, figures: tally.figures() })
  return simulated === undefined || allCame(simulated)
}

function channelsOf(o: ListenTest): readonly string[] {
  const ours = [o.found.channel, condominiumChannel]
  const named = o.channels.map(checkedChannel)
  const wanted = [
    ...(o.all ? ours : []),
    ...(o.simulate || (!o.all && named.length === 0) ? [o.found.channel] : []),
    ...named,
  ]
  return [...new Set(wanted)]
}

/** Not what has nothing to do with being told: history, and condomínios where nobody asks for them. */
function isShown(subject: Finding['subject'], channels: readonly string[]): boolean {
  if (subject === 'history' || subject === 'primary key') return false
  return subject !== 'condominium' || channels.includes(condominiumChannel)
}

function endAfter(ms: number | undefined, over: AbortController): NodeJS.Timeout | undefined {
  return ms === undefined ? undefined : setTimeout(() => over.abort(), ms)
}

async function simulationOf(
  o: ListenTest,
  { database, findings }: { database: Database; findings: readonly Finding[] },
): Promise<Simulation> {
  const ramal = createThrowAwayRamal({ database, ports: await freePorts() })
  const waitMs = o.timeoutMs ?? simulationWaitMs
  return createSimulation({ ramal, channel: o.found.channel, findings, waitMs })
}

/** Two ports that nobody on this machine has. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer().listen(0), createServer().listen(0)]
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const [first = 0, second = 0] = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return [first, second]
}

/** What cannot be measured now is taken for nothing: the link tells by itself that it is lost. */
function offsetOf(database: Database, signal: AbortSignal): Promise<number> {
  return clockOffsetMs(database, { signal }).catch(() => 0)
}

function settle(
  live: PromiseWithResolvers<void>,
  event: Extract<ListenEvent, { type: 'link' }>,
): void {
  if (event.state === 'live') live.resolve()
  if (event.state === 'polling') live.reject(new Error(event.why ?? 'notifications do not come'))
}

function toldOf(
  notification: Notification,
  o: { simulation: Simulation | null; offsetMs: number },
): Told {
  const { channel, pid, payload: text, receivedMs } = notification
  const payload = readPayload(text)
  const atMs = performance.timeOrigin + receivedMs
  const sinceToldMs = payload.sentMs === null ? null : atMs - (payload.sentMs - o.offsetMs)
  return {
    at: new Date(atMs),
    channel,
    pid,
    text,
    bytes: Buffer.byteLength(text),
    payload,
    latencyMs: o.simulation?.hear(notification) ?? credible(sinceToldMs),
  }
}

function credible(ms: number | null): number | null {
  return ms === null || ms < earliestMs || ms > longestMs ? null : Math.max(0, ms)
}

function allCame({ steps, leftover }: Simulated): boolean {
  return leftover === null && steps.every(({ latencyMs }) => latencyMs !== null)
}
