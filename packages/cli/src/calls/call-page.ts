import type { KeptCall } from '@portaria/core/api/kept-call'
import type { CallView, TranscriptLine, TurnView } from '@portaria/core/status'
import { decisionText } from '../call/narrate.ts'
import { printable } from '../printable.ts'
import { wrapText } from '../wrap-text.ts'
import { clockTime } from './figures.ts'
import type { FoundCall } from './find-call.ts'
import { turnLines } from './turn-lines.ts'

type Field = readonly [name: string, value: string | null]

function secondsBetween(from: string, to: string | null): string {
  const ms = to === null ? Number.NaN : Date.parse(to) - Date.parse(from)
  return Number.isNaN(ms) ? '' : `, ${(ms / 1000).toFixed(1)} s`
}

function known(...texts: readonly (string | null | undefined)[]): string | null {
  const there = texts.filter((text) => text !== null && text !== undefined && text !== '')
  return there.length === 0 ? null : there.join(', ')
}

function unitOf(unit: string | null | undefined, block: string | null | undefined): string | null {
  return known(
    unit === null || unit === undefined ? null : `unit ${unit}`,
    block && `block ${block}`,
  )
}

function fieldsOf(call: CallView): readonly Field[] {
  const { facts } = call
  const legs = call.legs.map((leg): Field => [
    `${leg.role}'s leg`,
    `${leg.peer}, ${leg.rate} Hz, from ${clockTime(leg.connected_at)}${
      leg.ended_at === null ? '' : ` to ${clockTime(leg.ended_at)} (${leg.end_reason ?? 'ended'})`
    }`,
  ])
  return [
    ['state', known(call.state, call.end_reason)],
    ['decision', call.decision === null ? null : decisionText(call.decision)],
    ['visit', known(facts.intent_type, facts.interlocutor_name)],
    ['for', known(facts.resident_name, unitOf(facts.apartment_number, facts.block))],
    ...legs,
  ]
}

function keptFieldsOf(call: KeptCall): readonly Field[] {
  const { outcome, decision_reason, decision_by } = call
  const why =
    decision_reason === null
      ? ''
      : ` (${known(decision_reason, decision_by && `by ${decision_by}`)})`
  return [
    ['state', known('ended', call.end_reason)],
    ['outcome', `${outcome}${why}`],
    ['visit', call.intent_type],
    ['for', unitOf(call.apartment_number, call.block)],
    ['resident', call.answered ? 'answered' : 'did not answer'],
  ]
}

function transcriptLines(transcript: readonly TranscriptLine[], width: number): string[] {
  return transcript.flatMap(({ at, by, to, text, interrupted }) => {
    const who = to === undefined ? by : `${by} to ${to}`
    const cut = interrupted === true ? ' [interrupted]' : ''
    const line = printable(`${clockTime(at)} ${who}: ${text}${cut}`)
    return wrapText(line, { width, first: 0, rest: 4 })
  })
}

function tracePart(turns: readonly TurnView[] | null, o: { startedAt: string; width: number }) {
  if (turns === null) return ['Where the time went was not kept.']
  return turns.length === 0 ? ['Nobody took a turn.'] : turnLines(turns, o)
}

function endPart(found: FoundCall, width: number): string[] {
  if (found.from === 'history') {
    const text =
      'From the history, which keeps no names and no words; the daemon knows both for an hour.'
    return wrapText(text, { width, first: 0, rest: 0 })
  }
  return transcriptLines(found.call.transcript, width)
}

/** `portaria calls show` for people: what is known of one call, where its time went, and what was said. */
export function callPage(found: FoundCall, { width }: { width: number }): string[] {
  const { call } = found
  const fields: readonly Field[] = [
    ['call', call.call_id],
    ['ramal', `${call.ramal}, condomínio ${call.condominio_id}`],
    ['began', `${call.started_at}${secondsBetween(call.started_at, call.ended_at)}`],
    ...(found.from === 'daemon' ? fieldsOf(found.call) : keptFieldsOf(found.call)),
  ]
  const lines = fields.flatMap(([name, value]) =>
    value === null
      ? []
      : wrapText(`${name.padEnd(14)} ${printable(value)}`, { width, first: 0, rest: 15 }),
  )
  const end = endPart(found, width)
  const trace = tracePart(call.turns, { startedAt: call.started_at, width })
  return [...lines, '', ...trace, ...(end.length === 0 ? [] : ['', ...end])]
}
