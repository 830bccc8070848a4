import { networkInterfaces } from 'node:os'
import { createAllowList, type Admission } from '../audiosocket/admission.ts'
import type { SendQueueWatch } from '../audiosocket/send-queue-watch.ts'
import type { Pacer } from '../audio/pacer.ts'
import type { Switchboard } from '../call/switchboard.ts'
import type { Settings } from '../config/config.ts'
import { isConfigError, type ConfigError } from '../errors.ts'
import type { EventLog } from '../events.ts'
import type { Log } from '../log.ts'
import type { RamalStatus } from '../status.ts'
import { localAddress } from './local-address.ts'
import { noStatistics } from './no-statistics.ts'
import type { Ramal, RamalRows } from './ramal.ts'
import { serveRamal } from './serve-ramal.ts'

/** The ramais of this daemon: those that answer, and those that were refused with the reason. */
export interface RunningRamais extends AsyncDisposable {
  list(): readonly RamalStatus[]
}

type Known = Omit<RamalStatus, 'calls' | 'statistics' | 'desde'>

export type StartRamais = {
  rows: RamalRows
  settings: Settings
  admission: Admission
  pacer: Pacer
  sendQueues: SendQueueWatch
  switchboard: Switchboard
  events: EventLog
  log: Log
}

/**
 * Opens every ramal that can be opened; one that cannot never stops another. Rejects with the first reason when
 * none can: a doorman without a door is a mistake that somebody must see.
 */
export async function startRamais(o: StartRamais): Promise<RunningRamais> {
  await using opened = new AsyncDisposableStack()
  const known: Known[] = o.rows.invalid.map(({ row, reason }) => invalidRow(row, reason))
  const failures: ConfigError[] = []
  for (const ramal of o.rows.ramais) {
    try {
      opened.use(await openRamal(ramal, o))
      known.push(served(ramal))
    } catch (error) {
      if (!isConfigError(error)) throw error
      failures.push(error)
      known.push({ ...served(ramal), status: 'recusado', motivo: error.message })
    }
  }
  const [failure] = failures
  if (failure !== undefined && failures.length === o.rows.ramais.length) throw failure
  for (const { id, ramal_ia, status, motivo } of known) {
    const reason = motivo === null ? {} : { reason: motivo }
    if (motivo !== null) o.log.error({ ramal: ramal_ia, ...reason }, 'this ramal is not served')
    o.events.publish({ type: 'ramal', ramal_id: id, ramal: ramal_ia, status, ...reason })
  }
  const servers = opened.move()
  const desde = new Date().toISOString()
  return {
    list: () =>
      known.map((row) => ({
        ...row,
        desde,
        calls: o.switchboard.callsOn(row.id),
        statistics: noStatistics,
      })),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  }
}

async function openRamal(ramal: Ramal, o: StartRamais): Promise<AsyncDisposable> {
  const allow = ramal.allow ?? o.settings.allow
  const bind = o.settings.audiosocket.bind
  const host = localAddress(ramal.ip_servidor, { bind, interfaces: networkInterfaces() })
  const listening = { ramal: ramal.ramal_ia, host, porta_ia: ramal.porta_ia }
  const server = await serveRamal({
    ...o,
    ramal,
    host,
    allow: allow === null ? null : createAllowList(allow),
  })
  o.log.info({ ...listening, porta_retorno: ramal.porta_retorno }, 'ramal listens')
  if (allow === null && !host.startsWith('127.') && host !== '::1') {
    o.log.warn(
      listening,
      'anybody who reaches this port can talk to the doorman: set "allow" to the addresses of your Asterisk',
    )
  }
  return server
}

function served(ramal: Ramal): Known {
  const { id, ramal_ia, ramal_retorno, ip_servidor, porta_ia, porta_retorno, condominio_id } = ramal
  const ports = {
    porta_ia,
    porta_retorno: porta_retorno ?? 0,
    porta_ia_desejada: porta_ia,
    porta_retorno_desejada: porta_retorno,
  }
  const row = { id, ramal_ia, ramal_retorno, ip: ip_servidor, ...ports, condominio_id }
  return { ...row, status: 'ativo', motivo: null }
}

/** What can be shown of a row that is no ramal. */
function invalidRow(row: unknown, reason: string): Known {
  const fields = (typeof row === 'object' && row !== null ? row : {}) as Record<string, unknown>
  const text = (key: string): string => {
    const value = fields[key]
    return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 50) : ''
  }
  const number = (key: string): number => (/^\d{1,15}$/.test(text(key)) ? Number(text(key)) : 0)
  return {
    id: number('id'),
    ramal_ia: text('ramal_ia'),
    ramal_retorno: text('ramal_retorno'),
    ip: text('ip_servidor'),
    porta_ia: number('porta_ia'),
    porta_retorno: number('porta_retorno'),
    porta_ia_desejada: number('porta_ia'),
    porta_retorno_desejada: number('porta_retorno'),
    condominio_id: number('condominio_id'),
    status: 'invalido',
    motivo: reason,
  }
}
