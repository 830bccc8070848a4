import type { Pacer } from '../audio/pacer.ts'
import type { Log } from '../log.ts'
import type { Admission, AllowList } from './admission.ts'
import type { AudioSocketConnection } from './connection.ts'

export type AudioSocketServerOptions = {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** null: everybody who can reach the port. */
  readonly allow: AllowList | null
  readonly admission: Admission
  readonly pacer: Pacer
  /** Called when the UUID has arrived: attaches a handler, or hangs up or resets to refuse. */
  onConnection(connection: AudioSocketConnection): void
  readonly log: Log
  /** How long a connection may take to show its UUID. Default 2000. */
  readonly uuidTimeoutMs?: number
}

export interface AudioSocketServer extends AsyncDisposable {
  readonly host: string
  /** The port that is listened on, also when 0 was asked for. */
  readonly port: number
  /** Connections that have shown a UUID and are not over. */
  readonly connections: number
  /** Accepts no more; connections go on. */
  stopListening(): Promise<void>
}

/** Listens; rejects with the system's error (`EADDRINUSE` ...) when it cannot. */
export type StartAudioSocketServer = (o: AudioSocketServerOptions) => Promise<AudioSocketServer>
