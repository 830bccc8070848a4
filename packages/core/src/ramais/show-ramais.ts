import type { Alarms } from '../alarms.ts'
import type { EventLog } from '../events.ts'
import type { Log } from '../log.ts'
import { noStatistics } from '../statistics/ramal-statistics.ts'
import type { RamalStatistics, RamalStatus } from '../status.ts'
import type { RamalRows } from './ramal.ts'
import { portsOf, type Slot } from './slot.ts'

export type InvalidRow = RamalRows['invalid'][number] & { readonly desde: string }

/** What is told of slots: in the status, as events, as alarms and in the log. */
export interface RamalShow {
  /** Tells what has changed since it was told last. */
  tell(slots: Iterable<Slot>): void
  /** A slot is gone. */
  gone(slot: Slot): void
  /** Rows that became invalid with this read. */
  tellInvalid(rows: readonly InvalidRow[]): void
  list(slots: Iterable<Slot>, invalid: readonly InvalidRow[]): readonly RamalStatus[]
}

/** Lines about single rows; 10,000 bad ones must not fill the log. */
const mostLines = 20

export function createRamalShow(o: {
  events: EventLog
  alarms: Alarms
  log: Log
  callsOn(ramalId: number): number
  statisticsOf(ramalId: number): RamalStatistics
  now?: () => Date
}): RamalShow {
  const now = o.now ?? (() => new Date())
  /** 10,000 bad rows stay as they are: they are not shown anew whenever somebody looks. */
  const shownInvalid = new WeakMap<InvalidRow, RamalStatus>()

  function showInvalid(row: InvalidRow): RamalStatus {
    const status = shownInvalid.get(row) ?? invalidStatus(row)
    shownInvalid.set(row, status)
    return status
  }

  function tellOne(slot: Slot): void {
    const { status, motivo } = stateOf(slot)
    const { ramal_ia } = slot.row
    const reason = motivo === null ? {} : { reason: motivo }
    o.events.publish({ type: 'ramal', ramal_id: slot.id, ramal: ramal_ia, status, ...reason })
    if (status === 'recusado')
      o.log.error({ ramal: ramal_ia, ...reason }, 'this ramal is not served')
  }

  function ring(slot: Slot): void {
    const id = `ramal-moved ${slot.id}`
    const { status, motivo } = stateOf(slot)
    if (status !== 'deslocado') return o.alarms.clear(id)
    o.alarms.raise(id, `ramal ${slot.row.ramal_ia} is not where its row wishes: ${motivo ?? ''}`)
  }

  return {
    tell(slots) {
      for (const slot of slots) {
        const { status, motivo } = stateOf(slot)
        const [porta_ia, porta_retorno] = [slot.ia?.port, slot.retorno?.port]
        const before = slot.shown
        const isSame =
          before?.status === status &&
          before.motivo === motivo &&
          before.porta_ia === porta_ia &&
          before.porta_retorno === porta_retorno
        if (isSame) continue
        const desde = before?.status === status ? before.desde : now().toISOString()
        slot.shown = { status, motivo, porta_ia, porta_retorno, desde }
        tellOne(slot)
        ring(slot)
      }
    },
    gone(slot) {
      const { ramal_ia } = slot.row
      o.alarms.clear(`ramal-moved ${slot.id}`)
      o.events.publish({ type: 'ramal', ramal_id: slot.id, ramal: ramal_ia, status: 'removido' })
      o.log.info({ ramal: ramal_ia }, 'ramal removed')
    },
    tellInvalid(rows) {
      for (const [index, row] of rows.entries()) {
        const { id, ramal_ia: ramal } = invalidStatus(row)
        const { reason } = row
        o.events.publish({ type: 'ramal', ramal_id: id, ramal, status: 'invalido', reason })
        if (index < mostLines) o.log.error({ ramal, reason }, 'this ramal is not served')
      }
      if (rows.length > mostLines) {
        o.log.error({}, `${rows.length - mostLines} more rows are no ramais: see the status`)
      }
    },
    list: (slots, invalid) => [
      ...Array.from(slots, (slot) => ({
        ...rowStatus(slot),
        ...stateOf(slot),
        desde: slot.shown?.desde ?? now().toISOString(),
        calls: o.callsOn(slot.id),
        statistics: o.statisticsOf(slot.id),
      })),
      ...invalid.map(showInvalid),
    ],
  }
}

type State = Pick<RamalStatus, 'status' | 'motivo'>

function stateOf(slot: Slot): State {
  if (slot.leaving !== null) {
    return { status: 'removendo', motivo: 'its row is gone: no new visitors, its calls finish' }
  }
  if (portsOf(slot) === null) {
    return { status: 'recusado', motivo: slot.refused ?? 'its ports are not open yet' }
  }
  if (slot.isHeld) {
    const motivo =
      'its row is gone, with many others at once: it is served until "portaria ramais refresh --accept-removals"'
    return { status: 'retido', motivo }
  }
  const motivo = slot.refused ?? slot.moved
  return motivo === null ? { status: 'ativo', motivo } : { status: 'deslocado', motivo }
}

function rowStatus(slot: Slot) {
  const { id, ramal_ia, ramal_retorno, ip_servidor, condominio_id, ...wish } = slot.row
  const { porta_ia, porta_retorno } = wish
  const ports = portsOf(slot) ?? { porta_ia, porta_retorno: porta_retorno ?? 0 }
  return {
    id,
    ramal_ia,
    ramal_retorno,
    ip: ip_servidor,
    ...ports,
    porta_ia_desejada: porta_ia,
    porta_retorno_desejada: porta_retorno,
    condominio_id,
  }
}

/** What can be shown of a row that is no ramal. */
function invalidStatus({ row, reason, desde }: InvalidRow): RamalStatus {
  const fields = (typeof row === 'object' && row !== null ? row : {}) as Record<string, unknown>
  const text = (key: string): string => {
    const value = fields[key]
    const isShown = typeof value === 'string' || typeof value === 'number'
    return isShown ? String(value).trim().slice(0, 50) : ''
  }
  const number = (key: string): number => (/^\d{1,15}$/.test(text(key)) ? Number(text(key)) : 0)
  const ports = { porta_ia: number('porta_ia'), porta_retorno: number('porta_retorno') }
  return {
    id: number('id'),
    ramal_ia: text('ramal_ia'),
    ramal_retorno: text('ramal_retorno'),
    ip: text('ip_servidor'),
    ...ports,
    porta_ia_desejada: ports.porta_ia,
    porta_retorno_desejada: ports.porta_retorno,
    condominio_id: number('condominio_id'),
    status: 'invalido',
    motivo: reason,
    desde,
    calls: 0,
    statistics: noStatistics,
  }
}
