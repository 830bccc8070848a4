import type { Finding, RowEvent } from './finding.ts'
import { rowEvents } from './finding.ts'

/** A row of `pg_trigger`, with what its function does. */
export type TriggerRow = {
  /** Quoted where it must be. */
  readonly name: string
  /** Bits: https://doxygen.postgresql.org/pg__trigger_8h.html */
  readonly type: number
  /** O and A fire in a usual session; D is disabled, R fires at a replica only. */
  readonly enabled: string
  /** Fires for some rows only: a WHEN, or a list of columns. */
  readonly partial: boolean
  /** Schema and name, quoted where they must be. */
  readonly function: string
  readonly source: string
  readonly arguments: string
}

const forEachRow = 1
const before = 2
const insteadOf = 64
const bits: Readonly<Record<RowEvent, number>> = { INSERT: 4, DELETE: 8, UPDATE: 16 }

/**
 * One finding for each event. A trigger counts for what it does, not for its name: AFTER, FOR EACH ROW, enabled, and
 * its function notifies on the channel. `fallback` is the SQL where no function does.
 */
export function triggerFindings(o: {
  triggers: readonly TriggerRow[]
  channel: string
  fallback: string
}): readonly Finding[] {
  const telling = o.triggers.filter((trigger) => tells(trigger, o.channel))
  return rowEvents.map((event) => {
    const those = telling.filter(({ type }) => (type & bits[event]) !== 0)
    return { subject: `trigger ${event}`, ...judge({ ...o, event, those, telling }) }
  })
}

/** Whether a trigger's function notifies on the channel, as its source or its arguments say. */
export function tells(trigger: TriggerRow, channel: string): boolean {
  const literal = channel.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
  const name = new RegExp(`(?<![\\w$])${literal}(?![\\w$])`)
  return (
    /notify/i.test(trigger.source) && (name.test(trigger.source) || name.test(trigger.arguments))
  )
}

function judge(o: {
  event: RowEvent
  channel: string
  fallback: string
  those: readonly TriggerRow[]
  telling: readonly TriggerRow[]
}): Omit<Finding, 'subject'> {
  const row = o.those.filter(({ type }) => (type & forEachRow) !== 0 && (type & insteadOf) === 0)
  const [live, ...others] = row.filter(({ enabled }) => enabled === 'O' || enabled === 'A')
  if (live !== undefined) return judgeLive(o.event, live, others)
  const [disabled] = row
  if (disabled !== undefined) {
    return {
      state: 'missing',
      message: `the trigger ${disabled.name} exists but is disabled: ${o.event}s are not told`,
      sql: `ALTER TABLE public.extension_ia ENABLE TRIGGER ${disabled.name};`,
    }
  }
  const [statement] = o.those
  const known = o.telling[0]?.function
  const create = known === undefined ? o.fallback : createTrigger(o.event, known)
  return statement === undefined
    ? {
        state: 'missing',
        message: `no trigger tells channel ${o.channel} of an ${o.event}: it is seen at the next full read only`,
        sql: create,
      }
    : {
        state: 'missing',
        message: `the trigger ${statement.name} fires FOR EACH STATEMENT: it names no row`,
        // It may tell others what they need: it stays.
        sql: create,
      }
}

function judgeLive(
  event: RowEvent,
  live: TriggerRow,
  others: readonly TriggerRow[],
): Omit<Finding, 'subject'> {
  const [second] = others
  if (second !== undefined) {
    const ours = [live, second].find(({ name }) => name.startsWith('portaria_')) ?? second
    return {
      state: 'warning',
      message: `the triggers ${[live, ...others].map(({ name }) => name).join(' and ')} tell every ${event} more than once`,
      sql: `DROP TRIGGER ${ours.name} ON public.extension_ia;`,
    }
  }
  const its = rowEvents.filter((other) => (live.type & bits[other]) !== 0)
  const replace = [
    `DROP TRIGGER ${live.name} ON public.extension_ia;`,
    ...its.map((other) => createTrigger(other, live.function)),
  ].join('\n')
  if (live.partial) {
    return {
      state: 'warning',
      message: `the trigger ${live.name} has a condition or a list of columns: not every ${event} is told`,
      sql: replace,
    }
  }
  if ((live.type & before) !== 0) {
    return {
      state: 'warning',
      message: `the trigger ${live.name} fires BEFORE: what it tells may not be what is stored`,
      sql: replace,
    }
  }
  return { state: 'ok', message: `${live.name} tells every ${event}`, sql: null }
}

function createTrigger(event: RowEvent, functionName: string): string {
  return (
    `CREATE TRIGGER portaria_extension_ia_${event.toLowerCase()} AFTER ${event} ON public.extension_ia` +
    ` FOR EACH ROW EXECUTE FUNCTION ${functionName}();`
  )
}
