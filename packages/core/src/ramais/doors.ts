import type { Admission } from '../audiosocket/admission.ts'
import type { AudioSocketConnection } from '../audiosocket/connection.ts'
import {
  type AudioSocketServer,
  createFrameMemory,
  startAudioSocketServer,
} from '../audiosocket/server.ts'
import type { SendQueueWatch } from '../audiosocket/send-queue-watch.ts'
import type { Pacer } from '../audio/pacer.ts'
import type { Switchboard } from '../call/switchboard.ts'
import { isLoopback } from '../config/loopback.ts'
import type { Role } from '../events.ts'
import type { Log } from '../log.ts'
import { mostDoors } from './most-doors.ts'
import type { Slot } from './slot.ts'

/** Whose door it is, and who comes through it. */
export type Tenant = { readonly slot: Slot; readonly role: Role }

/** An open port. It can be given to another ramal, or to the other role, without being closed. */
export type Door = {
  readonly host: string
  readonly port: number
  isListening(): boolean
  tenant: Tenant
  /** It takes no new visitors: it is open until the calls that came through it are over. */
  isClosing: boolean
}

/** All open ports of a daemon. */
export interface Doors extends AsyncDisposable {
  at(port: number): Door | undefined
  all(): Iterable<Door>
  /** Rejects with the system's error (`EADDRINUSE` ...). */
  open(host: string, port: number, tenant: Tenant): Promise<Door>
  /** The port is free when this resolves; connections go on. */
  close(door: Door): Promise<void>
}

export type DoorsOptions = {
  admission: Admission
  pacer: Pacer
  sendQueues: SendQueueWatch
  switchboard: Switchboard
  log: Log
  /** Default: as many as the limit of open files has room for. */
  mostDoors?: number
}

export function createDoors(o: DoorsOptions): Doors {
  const memory = createFrameMemory()
  const most = o.mostDoors ?? mostDoors()
  const open = new Map<number, Door>()
  const servers = new Map<Door, AudioSocketServer>()
  let isOpenToAll = false

  /** AudioSocket has neither a password nor encryption. Said once: hundreds of ramais say the same. */
  const warnOfAll = ({ host, port, tenant }: Door): void => {
    if (isOpenToAll || tenant.slot.allow !== null || isLoopback(host)) return
    isOpenToAll = true
    o.log.warn(
      { ramal: tenant.slot.row.ramal_ia, host, port },
      'anybody who reaches the ports of ramais can talk to the doorman: set "allow" to the addresses of your Asterisk',
    )
  }

  const arrived = (door: Door, connection: AudioSocketConnection): void => {
    const { slot, role } = door.tenant
    if (role === 'resident') return o.switchboard.residentArrived(connection, slot.row)
    const isClosing = door.isClosing || slot.leaving !== null
    o.switchboard.visitorArrived(connection, slot.row, { isClosing })
  }

  return {
    at: (port) => open.get(port),
    all: () => open.values(),
    async open(host, port, tenant) {
      if (open.size >= most) throw Object.assign(new Error('too many ports'), { code: 'EMFILE' })
      let server: AudioSocketServer | null = null
      const door: Door = {
        host,
        port,
        tenant,
        isClosing: false,
        isListening: () => server?.isListening() === true,
      }
      server = await startAudioSocketServer({
        ...o,
        memory,
        host,
        port,
        allow: { allows: (address) => door.tenant.slot.allow?.allows(address) ?? true },
        log: logOf(door, o.log),
        onConnection: (connection) => arrived(door, connection),
      })
      servers.set(door, server)
      open.set(port, door)
      warnOfAll(door)
      void server.over.then(() => servers.delete(door))
      return door
    },
    async close(door) {
      door.isClosing = true
      if (open.get(door.port) === door) open.delete(door.port)
      await servers.get(door)?.stopListening()
    },
    async [Symbol.asyncDispose]() {
      open.clear()
      await Promise.all([...servers.values()].map((server) => server[Symbol.asyncDispose]()))
    },
  }
}

/** Its lines name the ramal that the door belongs to when they are written. */
function logOf(door: Door, log: Log): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void => {
      const { ramal_ia, condominio_id } = door.tenant.slot.row
      log[level]({ ramal: ramal_ia, condominio_id, ...fields }, message)
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => logOf(door, log.child(fields)),
  }
}
