import { setTimeout as pause } from 'node:timers/promises'
import { orTimeout } from '@portaria/core/abortable'
import { messageOf } from '@portaria/core/errors'
import { isEditRefused } from '@portaria/core/providers/ramal-store'
import type { Commit, ThrowAwayRamal } from '@portaria/plugin-postgres/listen-test/throw-away-ramal'
import type { Notification } from '@portaria/plugin-postgres/listener/open-session'
import { type Finding, type RowEvent, rowEvents } from '@portaria/plugin-postgres/schema/finding'
import { hintOf } from '@portaria/plugin-postgres/store/hints'
import { readPayload } from './read-payload.ts'
import type { Step } from './report.ts'

/** For a change that nobody is told of, as the catalog says; should it come all the same, it counts. */
const hopelessMs = 1_000
const removalTries = 5
const removalPauseMs = 1_000

export type Simulated = {
  readonly steps: readonly Step[]
  /** The SQL that removes the row, which could not be removed; null as a rule. */
  readonly leftover: string | null
}

/** INSERT, UPDATE and DELETE of a row that nobody has, one after the other, each waited for until it is heard. */
export interface Simulation {
  /** Milliseconds since our COMMIT when the notification tells one of the three, else null. */
  hear(notification: Notification): number | null
  /** Begins when `live` resolves. Whatever happens, the row is removed before this settles. */
  run(o: { live: Promise<void>; signal: AbortSignal }): Promise<Simulated>
}

export function createSimulation(o: {
  ramal: ThrowAwayRamal
  channel: string
  findings: readonly Finding[]
  /** How long each of the three is waited for. */
  waitMs: number
}): Simulation {
  const { ramal, channel, findings, waitMs } = o
  const commits = new Map<RowEvent, Commit & { heard: PromiseWithResolvers<void> }>()
  const latencies = new Map<RowEvent, number>()
  const refusals = new Map<RowEvent, string>()
  // A change is never cut off in its middle: nobody would know whether it was done.
  const toItsEnd = new AbortController().signal

  const change = async (verb: RowEvent): Promise<void> => {
    const onCommit = (commit: Commit): void => {
      commits.set(verb, { ...commit, heard: Promise.withResolvers() })
    }
    await ramal.change(verb, { signal: toItsEnd, onCommit })
  }

  const changeAndHear = async (verb: RowEvent, signal: AbortSignal): Promise<void> => {
    await change(verb)
    const ms = triggerOf(findings, verb)?.state === 'missing' ? hopelessMs : waitMs
    const heard = commits.get(verb)?.heard.promise ?? Promise.resolve()
    await orTimeout(heard, { ms, what: `the notification of the ${verb}`, signal }).catch(
      () => undefined,
    )
  }

  /** Resolves with whether the row may still be there. */
  const changeAll = async (signal: AbortSignal): Promise<boolean> => {
    for (const verb of rowEvents) {
      if (signal.aborted) return verb !== 'INSERT'
      try {
        await changeAndHear(verb, signal)
      } catch (error) {
        refusals.set(verb, messageOf(error))
        if (verb === 'INSERT') return !isEditRefused(error)
        if (verb === 'DELETE') return true
      }
    }
    return false
  }

  const stepOf = (verb: RowEvent, otherwise: string): Step => {
    const latencyMs = latencies.get(verb) ?? null
    if (latencyMs !== null) return { verb, latencyMs, why: null, sql: null }
    const refusal = refusals.get(verb)
    if (refusal !== undefined) return { verb, latencyMs, why: refusal, sql: null }
    const trigger = triggerOf(findings, verb)
    if (!commits.has(verb)) return { verb, latencyMs, why: otherwise, sql: null }
    if (trigger !== undefined && trigger.state !== 'ok') {
      return { verb, latencyMs, why: trigger.message, sql: trigger.sql }
    }
    const why = `the triggers look right, but ${channel} did not tell {"action": "${verb}", "data": {"extension_ia_id": …}} of our row`
    return { verb, latencyMs, why, sql: null }
  }
  const steps = (otherwise: string): readonly Step[] =>
    rowEvents.map((verb) => stepOf(verb, otherwise))

  return {
    hear({ channel: from, payload, receivedMs }) {
      const hint = from === channel ? hintOf(payload) : null
      if (hint?.type !== 'changed') return null
      const { action } = readPayload(payload)
      const verb = rowEvents.find((each) => each === action)
      const commit = verb === undefined ? undefined : commits.get(verb)
      if (verb === undefined || commit === undefined || !hint.ids.includes(commit.id)) return null
      const latencyMs = Math.max(0, receivedMs - commit.atMs)
      if (!latencies.has(verb)) latencies.set(verb, latencyMs)
      commit.heard.resolve()
      return latencyMs
    },

    async run({ live, signal }) {
      const mayRemove = findings.find(({ subject }) => subject === 'privilege DELETE')
      if (mayRemove !== undefined && mayRemove.state !== 'ok') {
        const why = `nothing was tried, because the row could not be removed again: ${mayRemove.message}`
        return {
          steps: steps(why).map((step) => ({ ...step, sql: mayRemove.sql })),
          leftover: null,
        }
      }
      try {
        await orTimeout(live, { ms: waitMs, what: 'listening', signal })
      } catch (error) {
        return { steps: steps(messageOf(error)), leftover: null }
      }
      const isThere = await changeAll(signal)
      const isLeft = isThere && !(await removed(change))
      const otherwise = signal.aborted ? messageOf(signal.reason) : 'there was no row to change'
      return { steps: steps(otherwise), leftover: isLeft ? ramal.removal : null }
    },
  }
}

function triggerOf(findings: readonly Finding[], verb: RowEvent): Finding | undefined {
  return findings.find(({ subject }) => subject === `trigger ${verb}`)
}

/** Tries for a few seconds, as a connection may just have been lost. */
async function removed(change: (verb: RowEvent) => Promise<void>): Promise<boolean> {
  for (let left = removalTries; left > 0; left--) {
    try {
      await change('DELETE')
      return true
    } catch (error) {
      // There is no such row any more.
      if (isEditRefused(error)) return error.why === 'conflict'
      await pause(removalPauseMs)
    }
  }
  return false
}
