import type { Connection } from 'microsoft-cognitiveservices-speech-sdk'
import { failureOf } from './failure.ts'
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

/** Opens the connection. `onLost` is called when one ends that nobody closed here. */
export function openLink(
  connection: Connection,
  o: { sockets: HeldSockets; key: string | undefined; doing: string; onLost?: () => void },
): Link {
  let state: Link['state'] = 'connecting'
  connection.disconnected = () => {
    if (state !== 'connected') return
    state = 'lost'
    o.onLost?.()
  }
  const ready = new Promise<void>((resolve, reject) => {
    const connected = (): void => {
      if (state === 'connecting') state = 'connected'
      resolve()
    }
    const failed = (details: unknown): void => {
      if (state === 'connecting') state = 'lost'
      reject(failureOf(details, { key: o.key, doing: o.doing }))
    }
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
    },
  }
}
