import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { createPacer, type Pacer } from '@portaria/core/audio/pacer'
import { parseUuid } from '@portaria/core/audiosocket/uuid'
import { ConfigError, messageOf } from '@portaria/core/errors'
import type { Language } from '@portaria/core/language'
import { createDaemonApi } from '../daemon/daemon-api.ts'
import { type DaemonWanted, findDaemon } from '../daemon/find-daemon.ts'
import { type LoadedSettings, loadSettings } from '../load-settings.ts'
import { type CallReport, summaryOf } from './call-report.ts'
import { findTarget, type Target } from './find-target.ts'
import { decisionText } from './narrate.ts'
import { placeCall } from './place-call.ts'
import { type Acts, type Plan, planSteps } from './plan-steps.ts'
import { prepareSounds } from './prepare-sounds.ts'
import { type CallWatch, watchCalls } from './watch-calls.ts'

/** Everything that `portaria call` was asked for. */
export type Order = Acts & {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly ramal: string | undefined
  /** Which daemon; its folder and environment are the settings' too. */
  readonly daemon: DaemonWanted
  readonly record: string | undefined
  readonly silent: boolean
  readonly count: number
  readonly uuid: string | undefined
  readonly language: Language
  readonly maxSeconds: number
  /** Aborted: the phone hangs up. */
  readonly signal: AbortSignal
}

/** How a person is told: lines of the conversation, and what should be known before it. */
export type Tell = { line(text: string): void; warn(text: string): void }

type Failed = { readonly call_id: string; readonly error: string }

/** Calls do not begin in the same instant, as they do not at a gate. */
const staggerMs = 100

function callIds(order: Order): readonly string[] {
  if (order.uuid === undefined) return Array.from({ length: order.count }, () => randomUUID())
  if (parseUuid(order.uuid) === null) {
    throw new ConfigError(`--uuid ${order.uuid} is no UUID: write it as ${randomUUID()}`)
  }
  return [order.uuid.toLowerCase()]
}

function notesOn(target: Target, plan: Plan): string[] {
  const speaks = plan.visitor.some((step) => step.type === 'say' && step.leg === 'visitor')
  return speaks && target.stt === null
    ? ['the daemon has no speech recognition (stt): it hears a voice, but no words; use --digits']
    : []
}

async function soundsFor(
  order: Order,
  plan: Plan,
  loaded: LoadedSettings,
): Promise<ReadonlyMap<string, Int16Array>> {
  return prepareSounds([...plan.visitor, ...plan.resident], async () => {
    const [{ startOfflineSpeaker }, { createResolve, pluginFolders }] = await Promise.all([
      import('./offline-speaker.ts'),
      import('../resolve-plugin.ts'),
    ])
    const resolve = createResolve(pluginFolders(loaded.folder))
    const { language, signal } = order
    return startOfflineSpeaker({ settings: loaded.settings, language, resolve, signal })
  })
}

async function targetOf(order: Order): Promise<Target> {
  const { host, port, ramal, daemon, signal } = order
  const api = createDaemonApi(await findDaemon(daemon))
  return findTarget({ host, port, ramal, api, apiNamed: daemon.url !== undefined, signal })
}

type Ready = {
  readonly target: Target
  readonly plan: Plan
  readonly sounds: ReadonlyMap<string, Int16Array>
  readonly watch: CallWatch | null
  readonly pacer: Pacer
}

/** Names a call among several, and says when something happened in it. */
function teller(order: Order, tell: Tell, index: number): (line: string, atMs: number) => void {
  const name = order.count > 1 ? `[${index + 1}] ` : ''
  return (line, atMs) => tell.line(`${name}${(atMs / 1_000).toFixed(2).padStart(6)} s  ${line}`)
}

async function placeOne(
  order: Order,
  ready: Ready,
  o: { callId: string; index: number; tell: Tell },
): Promise<CallReport> {
  const { visitor, resident } = ready.plan
  await pause(o.index * staggerMs, undefined, { signal: order.signal })
  const { report, recording } = await placeCall({
    callId: o.callId,
    target: ready.target,
    visitor,
    resident,
    sounds: ready.sounds,
    silent: order.silent,
    record: order.record !== undefined,
    pacer: ready.pacer,
    watch: ready.watch,
    tell: teller(order, o.tell, o.index),
    maxMs: order.maxSeconds * 1_000,
    signal: order.signal,
  })
  if (order.record !== undefined && recording) await save(order.record, recording)
  return report
}

async function save(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes)
  } catch (error) {
    throw new ConfigError(`cannot write ${path}: ${messageOf(error)}. Choose another --record`, {
      cause: error,
    })
  }
}

/** Places the calls that were ordered. `document` is what `--json` prints. Throws ConfigError. */
export async function placeCalls(
  order: Order,
  tell: Tell,
): Promise<{ document: object; decided: boolean }> {
  const ids = callIds(order)
  const plan = await planSteps(order)
  const { folder, env, dataDir, config } = order.daemon
  const loaded = await loadSettings({ flags: { dataDir, config }, folder, env })
  const found = await targetOf(order)
  const target = { ...found, notes: [...found.notes, ...notesOn(found, plan)] }
  if (plan.resident.length > 0 && target.api === null) {
    throw new ConfigError(`the resident's leg needs the HTTP API: ${target.notes.join('; ')}`)
  }
  for (const note of target.notes) tell.warn(note)
  const sounds = await soundsFor(order, plan, loaded)
  const over = new AbortController()
  using pacer = createPacer()
  try {
    const watch = target.api && (await watchCalls(target.api, over.signal))
    const ready: Ready = { target, plan, sounds, watch, pacer }
    const calls = ids.map((callId, index) => placeOne(order, ready, { callId, index, tell }))
    return order.count === 1
      ? await oneCall(calls, tell)
      : manyCalls(await Promise.allSettled(calls), { ids, tell })
  } finally {
    over.abort()
  }
}

async function oneCall(
  calls: readonly Promise<CallReport>[],
  tell: Tell,
): Promise<{ document: object; decided: boolean }> {
  const [report] = await Promise.all(calls)
  if (!report) throw new Error('no call was placed')
  const { decision, timings } = report
  const audible = timings.first_audible_ms
  tell.line(
    `greeting after ${audible ?? '-'} ms; decision: ${decision ? decisionText(decision) : 'none'}`,
  )
  return { document: report, decided: decision !== null }
}

function manyCalls(
  settled: readonly PromiseSettledResult<CallReport>[],
  o: { ids: readonly string[]; tell: Tell },
): { document: object; decided: boolean } {
  const reports = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = settled.flatMap((each, i): Failed[] =>
    each.status === 'rejected' ? [{ call_id: o.ids[i] ?? '', error: messageOf(each.reason) }] : [],
  )
  if (reports.length === 0) throw new ConfigError(failed[0]?.error ?? 'no call was placed')
  for (const each of failed) o.tell.warn(`call ${each.call_id}: ${each.error}`)
  const summary = summaryOf(reports, failed.length)
  o.tell.line(`${summary.calls} calls, ${summary.decided} decided: ${JSON.stringify(summary)}`)
  return {
    document: { calls: [...reports, ...failed], summary },
    decided: summary.decided === summary.calls,
  }
}
