import { orTimeout } from '../abortable.ts'
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { CallHistory, RamalTotals } from '../providers/call-history.ts'
import { createBell, type Bell } from './bell.ts'
import { deliver, type Refused } from './deliver.ts'
import type { Batch, HeldRows } from './held-rows.ts'
import { localDay } from './local-day.ts'

const answerMs = 30_000
const pruneMs = 300_000
const lastDeliveryMs = 2_000
/** How often a history that has no place, or that this role may not write, is looked at again. */
const lookAgainMs = 60_000
const pruneEveryMs = 24 * 3_600_000
const pruneRetryMs = 3_600_000

/**
 * The way from the held rows to the history, one batch at a time. It is `unknown` whether the history takes rows until it
 * said so, and again after every failure; then it is `ready`, `absent` (no tables: nothing is held any more) or `denied`
 * (rows stay in the spool). Before this process's first row is delivered, and after the last one of a former process,
 * the sums are read: they hold no call that this process counts itself.
 */
export interface Delivery {
  /** Whether rows are to be held at all. */
  wanted(): boolean
  readonly retryNow: () => void
  delivered(): number
  stop(): Promise<void>
  /** After `stop`: delivers what waits, if the history was there and still is. */
  last(): Promise<void>
}

type State = 'unknown' | 'ready' | 'absent' | 'denied'

export function startDelivery(o: {
  history: CallHistory
  held: HeldRows
  /** Rung when there may be a batch. */
  work: Bell
  log: Log
  signal: AbortSignal
  clock: Clock
  onTotals: (totals: readonly RamalTotals[], today: string) => void
  /** These are delivered to nobody. */
  onRefused: (refused: readonly Refused[]) => Promise<void>
  /** Everything that waited is delivered. */
  onEmpty: () => Promise<void>
}): Delivery {
  const { history, held, log, clock } = o
  const stopping = new AbortController()
  const signal = AbortSignal.any([o.signal, stopping.signal])
  const again = createBell()
  let state: State = 'unknown'
  let said: State = 'ready'
  let seeded = false
  let delivered = 0
  let failures = 0
  let pruneAtMs = clock()

  const say = (found: 'ready' | 'absent' | 'denied', remedy: string | null): void => {
    if (found === said) return
    said = found
    if (found === 'ready') log.info({}, 'the database keeps the history of calls')
    else if (found === 'absent') log.warn({}, `the history of calls is not kept: ${remedy}`)
    else log.warn({}, `the history of calls stays in the spool: ${remedy}`)
  }
  const look = async (): Promise<void> => {
    const answer = await limited('the state of the history', answerMs, signal, (inner) =>
      history.state({ signal: inner }),
    )
    state = answer.state
    say(answer.state, answer.remedy)
    if (state === 'absent') held.clear()
  }
  const seed = async (until: AbortSignal): Promise<void> => {
    const today = localDay(new Date())
    const totals = await limited('reading the sums of the history', answerMs, until, (inner) =>
      history.totals({ today, signal: inner }),
    )
    seeded = true
    o.onTotals(totals, today)
  }
  const send = async (batch: Batch, until: AbortSignal): Promise<void> => {
    const refused = await deliver(batch.rows, (rows) =>
      limited('delivering calls to the history', answerMs, until, (inner) =>
        history.append(rows, { signal: inner }),
      ),
    )
    await batch.done()
    delivered += batch.rows.length - refused.length
    if (refused.length > 0) await o.onRefused(refused)
  }
  /** Delivers all that waits. */
  const sendAll = async (until: AbortSignal): Promise<void> => {
    for (;;) {
      const batch = await held.next()
      try {
        if (!seeded && batch?.inherited !== true) await seed(until)
        if (batch === null) return
        await send(batch, until)
      } catch (error) {
        batch?.giveBack()
        throw error
      }
    }
  }
  const prune = async (): Promise<void> => {
    try {
      const calls = await limited('removing old calls', pruneMs, signal, (inner) =>
        history.prune({ signal: inner }),
      )
      if (calls > 0) log.info({ calls }, 'calls older than their retention are removed')
      pruneAtMs = clock() + pruneEveryMs
    } catch (error) {
      if (signal.aborted) return
      log.warn({ error: messageOf(error) }, 'old calls cannot be removed from the history')
      pruneAtMs = clock() + pruneRetryMs
    }
  }
  /** One look at everything; then waits until another is worth it. */
  const pass = async (): Promise<void> => {
    if (state !== 'ready') await look()
    if (state !== 'ready') return again.wait(lookAgainMs, signal)
    await sendAll(signal)
    if (failures > 0) log.info({ delivered }, 'the history takes calls again')
    failures = 0
    await o.onEmpty()
    if (clock() >= pruneAtMs) await prune()
    await o.work.wait(pruneAtMs - clock(), signal)
  }
  const failed = (error: unknown): Promise<void> => {
    state = 'unknown'
    failures += 1
    const waiting = { error: messageOf(error), waiting: held.waiting() }
    if (failures === 1) log.warn(waiting, 'the history is away: calls wait in the spool')
    else log.debug(waiting, 'the history is still away')
    return again.wait(backOffMs(failures), signal)
  }
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await pass()
      } catch (error) {
        if (signal.aborted) return
        await failed(error)
      }
    }
  }
  const running = run()

  return {
    wanted: () => state !== 'absent',
    retryNow() {
      again.ring()
      o.work.ring()
    },
    delivered: () => delivered,
    async stop() {
      stopping.abort()
      await running
    },
    async last() {
      if (state !== 'ready') return
      try {
        await sendAll(AbortSignal.timeout(lastDeliveryMs))
      } catch (error) {
        log.info({ error: messageOf(error) }, 'the last calls wait in the spool for the next start')
      }
    },
  }
}

/** Settles with `work`, whose own signal aborts when it took too long or `signal` aborts. */
async function limited<T>(
  what: string,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController()
  try {
    signal.throwIfAborted()
    return await orTimeout(work(inner.signal), { ms, what, signal })
  } finally {
    inner.abort()
  }
}

/** From half a second to 30, with jitter: many daemons do not come back as one. */
function backOffMs(failures: number): number {
  const fullMs = Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 10))
  return fullMs * (0.5 + Math.random() / 2)
}
