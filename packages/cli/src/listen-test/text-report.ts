import { findingLines } from '../database/finding-lines.ts'
import { printable } from '../printable.ts'
import { tableRows } from '../table-rows.ts'
import type { Payload } from './read-payload.ts'
import type { Report, Step, Told } from './report.ts'
import type { ChannelFigures } from './tally.ts'

/** A payload of nothing but brackets is 30 MB when each has a line of its own. */
const mostBrackets = 200

/** For people: each notification on a line, its payload below it. */
export function createTextReport(print: (line: string) => void): Report {
  return {
    checked({ database, channels, findings }) {
      for (const line of findingLines(findings)) print(line)
      print('')
      print(`listening at ${printable(database)} to ${channels.map(printable).join(', ')}`)
    },
    link(event) {
      const why = event.why === undefined ? '' : `: ${printable(event.why)}`
      if (event.type === 'doubt') print(`! notifications may have been missed${why}`)
      else print(linkWords[event.state] + why)
    },
    told(told) {
      print(toldLine(told))
      for (const line of payloadLines(told.text, told.payload)) print(`    ${line}`)
    },
    simulated({ steps, leftover }) {
      print('')
      for (const line of steps.flatMap(stepLines)) print(line)
      if (leftover === null) return
      print('the ramal of the simulation could not be removed; remove it with:')
      print(`    ${printable(leftover)}`)
    },
    ended({ seconds, figures }) {
      print('')
      for (const line of figuresTable(figures)) print(line)
      print(`${seconds.toFixed(1)} s; latencies in ms`)
    },
  }
}

const linkWords = {
  live: 'connected: what is committed from now on is heard',
  lost: '! the connection is lost, and with it what is told until the next one; trying again',
  polling: '! connected, but notifications do not come; trying again',
} as const

/** `0.8 ms`, or `-` where nothing says when it was sent. */
function milliseconds(ms: number | null): string {
  return ms === null ? '-' : `${ms.toFixed(1)} ms`
}

function clockTime(at: Date): string {
  const ms = String(at.getMilliseconds()).padStart(3, '0')
  return `${at.toLocaleTimeString('en-GB')}.${ms}`
}

function toldLine({ at, channel, pid, payload, latencyMs }: Told): string {
  const action = printable(payload.action ?? '-')
  const latency = milliseconds(latencyMs)
  return `${clockTime(at)}  ${printable(channel)}  pid ${pid}  ${action}  ${latency}`
}

function payloadLines(text: string, payload: Payload): string[] {
  if (text === '') return ['(no payload)']
  const isDeep = (text.match(/[[{]/g)?.length ?? 0) > mostBrackets
  const shown = payload.isJson && !isDeep ? JSON.stringify(payload.value, null, 2) : text
  return shown.split('\n').map(printable)
}

function stepLines({ verb, latencyMs, why, sql }: Step): string[] {
  const mark = latencyMs === null ? 'MISSING' : 'ok'
  const words = latencyMs === null ? (why ?? '') : `heard ${milliseconds(latencyMs)} after COMMIT`
  const line = `${mark.padEnd(8)} ${verb}  ${printable(words)}`
  const mending = sql?.trimEnd().split('\n') ?? []
  return [line, ...mending.map((each) => `    ${printable(each)}`)]
}

const heads = ['CHANNEL', 'COUNT', 'MIN', 'P50', 'P95', 'MAX', 'BYTES', 'ACTIONS']

function figuresTable(figures: readonly ChannelFigures[]): string[] {
  const ms = (value: number | null): string => (value === null ? '-' : value.toFixed(1))
  const rows = figures.map((each) => [
    printable(each.channel),
    String(each.count),
    ...[each.min_ms, each.p50_ms, each.p95_ms, each.max_ms].map(ms),
    String(each.bytes),
    Object.entries(each.actions)
      .map(([action, count]) => `${printable(action)} ${count}`)
      .join(', ') || '-',
  ])
  return tableRows([heads, ...rows], Infinity).flat()
}
