import type { CallView } from '@portaria/core/status'
import { printable } from '../printable.ts'
import { tableRows } from '../table-rows.ts'
import { clockTime, wholeMs } from './figures.ts'

const head = ['CALL', 'RAMAL', 'COND', 'BEGAN', 'LASTED', 'STATE', 'TURNS', 'SLOWEST']

/** The ends of a UUID's groups. */
const lengths = [8, 13, 18, 23, 36]

/** As much of each UUID as tells them apart. */
function shortIds(calls: readonly CallView[]): string[] {
  const cut = (length: number): string[] => calls.map(({ call_id }) => call_id.slice(0, length))
  const enough = lengths.find((length) => new Set(cut(length)).size === calls.length)
  return cut(enough ?? 36)
}

function cellsOf(call: CallView, id: string, now: Date): string[] {
  const ms = Date.parse(call.ended_at ?? now.toISOString()) - Date.parse(call.started_at)
  const audible = call.turns.map(({ audible_ms }) => audible_ms ?? 0)
  return [
    id,
    call.ramal,
    String(call.condominio_id),
    clockTime(call.started_at),
    Number.isNaN(ms) ? '-' : `${Math.max(0, ms / 1000).toFixed(0)} s`,
    call.state === 'ended' ? (call.decision?.outcome ?? call.end_reason ?? 'ended') : call.state,
    String(call.turns.length),
    wholeMs(audible.length === 0 ? null : Math.max(...audible)),
  ].map(printable)
}

/** `portaria calls list` for people. `total`: of all that match. */
export function callsTable(
  o: { calls: readonly CallView[]; total: number },
  { width, now }: { width: number; now: Date },
): string[] {
  const { calls, total } = o
  if (calls.length === 0) return ['no calls in the last hour']
  const ids = shortIds(calls)
  const rows = calls.map((call, i) => cellsOf(call, ids[i] ?? call.call_id, now))
  const more = total > calls.length ? `, the newest ${calls.length} shown: more with --limit` : ''
  return [
    ...tableRows([head, ...rows], width).flat(),
    '',
    `${total} ${total === 1 ? 'call' : 'calls'}${more}; SLOWEST: ms to the first sound of a reply`,
  ]
}
