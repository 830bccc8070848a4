import type { Connection } from 'microsoft-cognitiveservices-speech-sdk'
import { failureOf, lateness } from './failure.ts'
import type { HeldSockets } from './hold-sockets.ts'

/** How a connection of the SDK stands. */
export interface Link {
  /** Connected; rejects with a ProviderError. */
  readonly ready: Promise<void>
  readonly state: 'connecting' | 'connected' | 'lost' | 'closed'
  /** False when the connection failed or was lost. */
  readonly usable: () => boolean
  /** It is closed from here on, whatever the service still says. */
  closed(): void
}

export type LinkOptions = {
  readonly sockets: HeldSockets
  readonly key: string | undefined
  readonly doing: string
  /** The SDK would wait for ever. */
  readonly connectMs: number
  readonly onLost?: () => void
}

/** Opens the connection. `onLost` is called when one ends that nobody closed here. */
export function openLink(connection: Connection, o: LinkOptions): Link {
  let state: Link['state'] = 'connecting'
  let timer: NodeJS.Timeout | null = null
  connection.disconnected = () => {
    if (state !== 'connected') return
    state = 'lost'
    o.onLost?.()
  }
  const ready = new Promise<void>((resolve, reject) => {
    const settled = (now: 'connected' | 'lost'): void => {
      if (timer !== null) clearTimeout(timer)
      if (state === 'connecting') state = now
    }
    const connected = (): void => {
      settled('connected')
      resolve()
    }
    const failed = (details: unknown): void => {
      settled('lost')
      reject(failureOf(details, { key: o.key, doing: o.doing }))
    }
    timer = setTimeout(() => {
      settled('lost')
      reject(lateness(o.doing, o.connectMs))
    }, o.connectMs)
    o.sockets.run(() => connection.openConnection(connected, failed))
  })
  // Who waits for it hears of it; when nobody does, `usable` tells.
  ready.catch(() => undefined)
  return {
    ready,
    get state() {
      return state
    },
    usable: () => state === 'connecting' || state === 'connected',
    closed() {
      state = 'closed'
      if (timer !== null) clearTimeout(timer)
    },
  }
}
