import type { Admission, AllowList } from '../audiosocket/admission.ts'
import type { AudioSocketConnection } from '../audiosocket/connection.ts'
import { startAudioSocketServer } from '../audiosocket/server.ts'
import type { SendQueueWatch } from '../audiosocket/send-queue-watch.ts'
import type { Pacer } from '../audio/pacer.ts'
import type { Switchboard } from '../call/switchboard.ts'
import { ConfigError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Ramal } from './ramal.ts'

/** A ramal whose two ports are open. */
export type ServedRamal = AsyncDisposable & { readonly ramal: Ramal }

/** Opens both ports of a ramal, or neither; rejects with a ConfigError that names the port that could not be had. */
export async function serveRamal(o: {
  ramal: Ramal
  host: string
  allow: AllowList | null
  admission: Admission
  pacer: Pacer
  sendQueues: SendQueueWatch
  switchboard: Switchboard
  log: Log
}): Promise<ServedRamal> {
  const { ramal, switchboard } = o
  await using opened = new AsyncDisposableStack()
  const log = o.log.child({ ramal: ramal.ramal_ia, condominio_id: ramal.condominio_id })
  const open = async (
    port: number,
    onConnection: (connection: AudioSocketConnection) => void,
  ): Promise<void> => {
    try {
      opened.use(await startAudioSocketServer({ ...o, log, port, onConnection }))
    } catch (error) {
      throw portRefused(error, { ramal, host: o.host, port })
    }
  }
  await open(ramal.porta_ia, (connection) => switchboard.visitorArrived(connection, ramal))
  await open(ramal.porta_retorno ?? 0, (connection) =>
    switchboard.residentArrived(connection, ramal),
  )
  const servers = opened.move()
  return { ramal, [Symbol.asyncDispose]: () => servers.disposeAsync() }
}

function portRefused(error: unknown, o: { ramal: Ramal; host: string; port: number }): ConfigError {
  const where = `ramal ${o.ramal.ramal_ia}: port ${o.port} on ${o.host}`
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'EADDRINUSE':
      return new ConfigError(
        `${where} is in use by another program: stop that program, or give the ramal another port`,
        { cause: error },
      )
    case 'EACCES':
      return new ConfigError(`${where} needs privileges: give the ramal a port above 1023`, {
        cause: error,
      })
    case 'EADDRNOTAVAIL':
      return new ConfigError(
        `${where}: this machine has no such address: set AUDIOSOCKET_BIND to one that it has`,
        { cause: error },
      )
    default:
      return new ConfigError(`${where} cannot be opened: ${messageOf(error)}`, { cause: error })
  }
}
