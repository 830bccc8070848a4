import type { RamalStatus } from '@portaria/core/status'
import { printable } from '../printable.ts'
import { portsOf, seconds, wishedPorts } from './figures.ts'

/** `portaria ramais show` for people: everything that is known of one ramal, a line each. */
export function ramalPage(ramal: RamalStatus): string[] {
  const { statistics } = ramal
  const { last_error } = statistics
  const duration = `${seconds(statistics.duration_mean_ms)} mean, ${seconds(statistics.duration_p95_ms)} p95`
  const lines: readonly (readonly [string, string | null])[] = [
    ['id', String(ramal.id)],
    ['ramal', ramal.ramal_ia],
    ['return', ramal.ramal_retorno],
    ['address', ramal.ip],
    ['ports', portsOf(ramal)],
    ['wished ports', wishedPorts(ramal)],
    ['condomínio', String(ramal.condominio_id)],
    ['status', `${ramal.status}, since ${ramal.desde}`],
    ['reason', ramal.motivo],
    [
      'calls',
      `${statistics.calls_now} now, ${statistics.calls_today} today, ${statistics.calls_total} in all`,
    ],
    [
      'outcomes',
      `${statistics.answered} answered, ${statistics.authorized} authorised, ${statistics.denied} denied, ${statistics.abandoned} abandoned`,
    ],
    ['duration', duration],
    ['last error', last_error === null ? null : `${last_error.at}: ${last_error.message}`],
  ]
  return lines.flatMap(([name, value]) =>
    value === null ? [] : [`${name.padEnd(13)} ${printable(value)}`],
  )
}

/** One ramal in one line, for the answer to a change. */
export function ramalLine(ramal: RamalStatus): string {
  const wished = wishedPorts(ramal)
  const reason = ramal.motivo === null ? '' : ` (${ramal.motivo})`
  const moved = wished === null ? '' : `, wishes ${wished}`
  const { id, ramal_ia, ip, status } = ramal
  return printable(
    `ramal ${ramal_ia}, id ${id}: ${status} at ${ip} ${portsOf(ramal)}${moved}${reason}`,
  )
}
