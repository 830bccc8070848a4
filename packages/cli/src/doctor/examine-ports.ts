import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isConfigError } from '@portaria/core/errors'
import { localAddress } from '@portaria/core/ramais/local-address'
import { compatibilityRamal } from '@portaria/core/ramais/ramal'
import type { Alarm, RamalStatus } from '@portaria/core/status'
import { createDaemonApi } from '../daemon/daemon-api.ts'
import { runningPlace } from '../daemon/find-daemon.ts'
import type { DaemonStatus } from '../daemon/parse-status.ts'
import { portsOf, wishedPorts } from '../ramais/figures.ts'
import type { Running } from '../run-file.ts'
import { type Finding, fine, type Patient } from './finding.ts'

/** Lines for each ramal would hide all others. */
const mostNamed = 20

async function refusalOf(host: string, port: number): Promise<string | null> {
  const server = createServer()
  try {
    await once(server.listen({ host, port, exclusive: true }), 'listening')
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  } finally {
    server.close()
  }
}

const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: 'stop the program that has it (ss -ltnp shows which), or choose another port',
  EACCES: 'choose a port above 1023, or give the daemon CAP_NET_BIND_SERVICE',
  EADDRNOTAVAIL: 'use an address of this machine',
}

function taken(o: { subject: string; host: string; port: number; code: string }): Finding {
  return {
    subject: o.subject,
    state: 'broken',
    message: `port ${o.port} of ${o.host} cannot be had (${o.code})`,
    remedy: remedies[o.code] ?? 'choose another',
  }
}

async function freeApi({ settings }: Patient): Promise<Finding> {
  const { host, port } = settings.api
  const code = await refusalOf(host, port)
  if (code !== null) return taken({ subject: 'API port', host, port, code })
  return fine('API port', `port ${port} of ${host} is free`)
}

async function freeRamais({ settings, ramais }: Patient): Promise<readonly Finding[]> {
  const rows = ramais.length === 0 ? [compatibilityRamal] : ramais
  const interfaces = networkInterfaces()
  const found: Finding[] = []
  for (const { ramal_ia, ip_servidor, porta_ia, porta_retorno } of rows) {
    const host = localAddress(ip_servidor, { bind: settings.audiosocket.bind, interfaces })
    for (const port of [porta_ia, porta_retorno]) {
      const code = port === null ? null : await refusalOf(host, port)
      if (port === null || code === null) continue
      found.push(taken({ subject: `ramal ${ramal_ia}`, host, port, code }))
    }
  }
  const message = `their ports are free (${rows.length} in the file)`
  return found.length === 0 ? [fine('ramais', message)] : found.slice(0, mostNamed)
}

function ofRamal(ramal: RamalStatus): Finding {
  const wished = wishedPorts(ramal)
  const at = wished === null ? '' : ` at ${portsOf(ramal)}, its row wishes ${wished}`
  return {
    subject: `ramal ${ramal.ramal_ia}`,
    state: ramal.status === 'recusado' || ramal.status === 'invalido' ? 'broken' : 'warning',
    message: `id ${ramal.id} is ${ramal.status}${at}: ${ramal.motivo ?? 'no reason given'}`,
    remedy: `portaria ramais show id:${ramal.id}; mend its row, or free its ports`,
  }
}

function ofAlarm({ id, message }: Alarm): Finding {
  return { subject: 'alarm', state: 'warning', message: `${id}: ${message}`, remedy: null }
}

/** What rings for a provider, `provider-down` or `provider-refuses`, is said by `examineProviders`. */
function isOfProvider(id: string): boolean {
  return id.startsWith('provider-')
}

function served({ ramais, alarms }: DaemonStatus): readonly Finding[] {
  const faulty = ramais.filter(({ status }) => status !== 'ativo' && status !== 'removendo')
  const good = ramais.length - faulty.length
  return [
    fine('ramais', `${good} of ${ramais.length} are served as their rows wish`),
    ...faulty.slice(0, mostNamed).map(ofRamal),
    ...alarms.filter(({ id }) => !isOfProvider(id)).map(ofAlarm),
  ]
}

async function ours(running: Running): Promise<readonly Finding[]> {
  const { api_url, pid } = running
  try {
    const api = createDaemonApi(runningPlace(running))
    const status = await api.status(new AbortController().signal)
    return [fine('API port', `${api_url} answers, process ${pid}`), ...served(status)]
  } catch (error) {
    if (!isConfigError(error)) throw error
    const remedy = 'look into its log; restart the daemon'
    return [{ subject: 'API port', state: 'broken', message: error.message, remedy }]
  }
}

/** Whether the API's and the ramais' ports are free, or ours. */
export async function examinePorts(patient: Patient): Promise<readonly Finding[]> {
  if (patient.running !== null) return ours(patient.running)
  return [await freeApi(patient), ...(await freeRamais(patient))]
}
