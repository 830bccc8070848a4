import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { ConfigError, messageOf } from '@portaria/core/errors'
import type { RamalState, RamalStatus } from '@portaria/core/status'
import type { DaemonApi } from '../daemon/daemon-api.ts'
import type { DaemonStatus } from '../daemon/parse-status.ts'

/** Where a test call goes. */
export type Target = {
  /** Tried one after the other. */
  readonly hosts: readonly string[]
  readonly port: number
  /** Null: no daemon's API says which ramal listens there. */
  readonly ramal: string | null
  readonly returnPort: number | null
  /** Null: nobody tells states, words and the decision. */
  readonly api: DaemonApi | null
  readonly stt: string | null | undefined
  /** What the user should know about this call. */
  readonly notes: readonly string[]
}

export type Wanted = {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly ramal: string | undefined
  readonly api: DaemonApi
  /** The user named the API: it is the one that belongs to `host`. */
  readonly apiNamed: boolean
  readonly signal: AbortSignal
}

function isLocal(host: string): boolean {
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) {
    return true
  }
  return Object.values(networkInterfaces()).some((list) => list?.some((it) => it.address === host))
}

const answers: readonly RamalState[] = ['ativo', 'deslocado', 'retido']

function chooseRamal(ramais: readonly RamalStatus[], wanted: string | undefined): RamalStatus {
  const open = ramais.filter((ramal) => answers.includes(ramal.status))
  const chosen = wanted === undefined ? open[0] : open.find((ramal) => ramal.ramal_ia === wanted)
  if (chosen) return chosen
  const known = open.map((ramal) => ramal.ramal_ia).join(', ') || 'none'
  throw new ConfigError(
    wanted === undefined
      ? 'the daemon serves no ramal: see GET /api/status for the reasons'
      : `the daemon serves no ramal ${wanted}. It serves: ${known}`,
  )
}

/** A row's address is where Asterisk connects to; the daemon may listen elsewhere on this machine. */
function hostsFor(ramal: RamalStatus, api: DaemonApi): string[] {
  const own = isLocal(ramal.ip) ? [ramal.ip] : []
  const apiHost = new URL(api.url).hostname.replace(/^\[|\]$/g, '')
  return [...new Set([...own, apiHost, '127.0.0.1'])]
}

async function statusOr(
  wanted: Wanted,
  otherwise: (error: unknown) => null,
): Promise<DaemonStatus | null> {
  try {
    return await wanted.api.status(wanted.signal)
  } catch (error) {
    wanted.signal.throwIfAborted()
    return otherwise(error)
  }
}

async function throughDaemon(wanted: Wanted): Promise<Target> {
  const status = await wanted.api.status(wanted.signal)
  const ramal = chooseRamal(status.ramais, wanted.ramal)
  return {
    hosts: wanted.host === undefined ? hostsFor(ramal, wanted.api) : [wanted.host],
    port: ramal.porta_ia,
    ramal: ramal.ramal_ia,
    returnPort: ramal.porta_retorno,
    api: wanted.api,
    stt: status.stt,
    notes: [],
  }
}

/** Finds the ramal to call: of the running daemon, or an address that the user gave. Throws ConfigError. */
export async function findTarget(wanted: Wanted): Promise<Target> {
  const { port } = wanted
  if (port === undefined) return throughDaemon(wanted)
  const host = wanted.host ?? '127.0.0.1'
  const sound = { hosts: [host], port, ramal: null, returnPort: null, api: null, stt: undefined }
  const without = 'states, words, the decision and the resident need the HTTP API'
  if (!wanted.apiNamed && !isLocal(host)) {
    return { ...sound, notes: [`${host} is another machine: ${without}; name it with --url`] }
  }
  const notes: string[] = []
  const status = await statusOr(wanted, (error) => {
    if (wanted.apiNamed) throw error
    notes.push(`${without}; ${messageOf(error)}`)
    return null
  })
  const ramal = status?.ramais.find((each) => each.porta_ia === port)
  if (status && !ramal)
    notes.push(`the daemon at ${wanted.api.url} serves no ramal on ${port}: ${without}`)
  if (!status || !ramal) return { ...sound, notes }
  const { ramal_ia, porta_retorno } = ramal
  const found = { ramal: ramal_ia, returnPort: porta_retorno, api: wanted.api, stt: status.stt }
  return { ...sound, ...found, notes }
}
