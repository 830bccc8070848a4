import type { Alarm, RamalStatus, SourceStatus } from '@portaria/core/status'
import type { DaemonStatus } from '../daemon/parse-status.ts'
import { printable } from '../printable.ts'
import { tableRows } from '../table-rows.ts'
import { wrapText } from '../wrap-text.ts'
import { portsOf, shortTime, wishedPorts } from './figures.ts'

type Page = { readonly width: number; readonly now: Date }

const head = ['ID', 'RAMAL', 'ADDRESS', 'PORTS', 'COND', 'STATUS', 'SINCE', 'CALLS']

function cellsOf(ramal: RamalStatus, now: Date): string[] {
  const { calls_now, calls_today } = ramal.statistics
  const cells = [
    String(ramal.id),
    `${ramal.ramal_ia}/${ramal.ramal_retorno}`,
    ramal.ip,
    portsOf(ramal),
    String(ramal.condominio_id),
    ramal.status,
    shortTime(ramal.desde, now),
    `${calls_now}/${calls_today}`,
  ]
  return cells.map(printable)
}

/** Why a ramal is not as its row wishes; null when it is. */
function remarkOn(ramal: RamalStatus): string | null {
  const wished = wishedPorts(ramal)
  const remarks = [
    wished === null ? null : `wishes ${wished}`,
    ramal.motivo === null ? null : printable(ramal.motivo),
  ].filter((remark) => remark !== null)
  return remarks.length === 0 ? null : remarks.join('; ')
}

function rowsOf(ramais: readonly RamalStatus[], { width, now }: Page): string[] {
  const rows = [head, ...ramais.map((ramal) => cellsOf(ramal, now))]
  return tableRows(rows, width).flatMap((lines, i) => {
    const ramal = ramais[i - 1]
    const remark = ramal ? remarkOn(ramal) : null
    if (remark === null) return lines
    return [...lines, ...wrapText(remark, { width, first: 4, rest: 4 })]
  })
}

function counted(ramais: readonly RamalStatus[]): string {
  const states = [...new Set(ramais.map(({ status }) => status))]
  const count = (state: string): number => ramais.filter(({ status }) => status === state).length
  const each = states.map((state) => `${count(state)} ${printable(state)}`)
  return `${ramais.length} ${ramais.length === 1 ? 'ramal' : 'ramais'}${each.length === 0 ? '' : `: ${each.join(', ')}`}`
}

const served: Readonly<Record<SourceStatus['serving'], string>> = {
  source: '',
  'last-good': '; served from the last good configuration',
  compatibility: '; nothing configured, the compatibility pair answers',
}

function sourceText(source: SourceStatus): string {
  const link = source.link === 'none' ? '' : `, ${source.link}`
  const why = source.why === null ? '' : ` (${source.why})`
  return printable(`from ${source.kind} ${source.place}${link}${why}${served[source.serving]}`)
}

function alarmText(alarm: Alarm, now: Date): string {
  return printable(`ALARM ${alarm.id}, since ${shortTime(alarm.since, now)}: ${alarm.message}`)
}

/** `portaria ramais list` for people: a table, a line for each remark, where ramais come from, and the alarms. */
export function ramaisTable(
  status: Pick<DaemonStatus, 'ramais' | 'source' | 'alarms'>,
  page: Page,
): string[] {
  const { ramais, source, alarms } = status
  const from = source === null ? '' : `; ${sourceText(source)}`
  const foot = [counted(ramais) + from, ...alarms.map((alarm) => alarmText(alarm, page.now))]
  const wrapped = foot.flatMap((text) => wrapText(text, { width: page.width, first: 0, rest: 4 }))
  return ramais.length === 0 ? wrapped : [...rowsOf(ramais, page), '', ...wrapped]
}
