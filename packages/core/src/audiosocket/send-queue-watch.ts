import { readFile } from 'node:fs/promises'
import { SocketAddress } from 'node:net'
import type { Rate } from '../audio/frames.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { plainAddress } from './admission.ts'
import type { Peer } from './connection.ts'

/**
 * Notices peers that take no more audio while the kernel still buffers for them (megabytes, minutes of
 * speech), which no call of Node shows: Linux tells in `/proc/net/tcp` how many bytes of each connection
 * are not acknowledged, and whether the peer has closed its window. Elsewhere it watches nothing.
 */
export interface SendQueueWatch extends Disposable {
  /** `onStalled` is called once. Returns the way to stop. */
  add(leg: WatchedLeg): () => void
}

export type WatchedLeg = {
  readonly localPort: number
  readonly peer: Peer
  rate(): Rate
  onStalled(why: string): void
}

/** What the kernel says about a connection. */
export type SendQueue = {
  readonly key: string
  readonly unacknowledgedBytes: number
  /** The peer's window is closed: it does not read. */
  readonly probing: boolean
}

const defaultFiles = ['/proc/net/tcp', '/proc/net/tcp6']
/** Audio flows without a pause, so bytes tell time: with this much, the oldest byte has waited for 3.5 s. */
const maxUnacknowledgedMs = 3_500
/** 323 bytes every 20 ms at 8 kHz, 643 at 16 kHz. */
const bytesPerMs: Record<Rate, number> = { 8000: 323 / 20, 16000: 643 / 20 }

export function createSendQueueWatch(o: {
  log: Log
  /** Default 1000. */
  everyMs?: number
  files?: readonly string[]
}): SendQueueWatch {
  const legs = new Map<string, WatchedLeg>()
  let files = o.files ?? defaultFiles
  /** Legs whose window was closed in the last round. */
  let closedWindows = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let reading = false

  async function look(): Promise<void> {
    if (reading) return
    reading = true
    try {
      const texts = await Promise.all(files.map(readTable))
      files = files.filter((_, i) => texts[i] !== null)
      judge(texts.flatMap((text) => (text === null ? [] : busySendQueues(text))))
    } finally {
      reading = false
    }
  }

  async function readTable(file: string): Promise<string | null> {
    try {
      return await readFile(file, 'latin1')
    } catch (error) {
      o.log.debug({ err: error }, `AudioSocket: does not watch ${file}: ${messageOf(error)}`)
      return null
    }
  }

  function judge(queues: readonly SendQueue[]): void {
    const probing = new Set<string>()
    for (const queue of queues) {
      const leg = legs.get(queue.key)
      if (leg === undefined) continue
      if (queue.unacknowledgedBytes >= maxUnacknowledgedMs * bytesPerMs[leg.rate()]) {
        leg.onStalled('it has acknowledged nothing for 3.5 s')
      } else if (queue.probing && closedWindows.has(queue.key)) {
        leg.onStalled('it does not read')
      } else if (queue.probing) {
        probing.add(queue.key)
      }
    }
    closedWindows = probing
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    add(leg) {
      const key = keyOf(leg.localPort, leg.peer.address, leg.peer.port)
      legs.set(key, leg)
      timer ??= setInterval(() => void look(), o.everyMs ?? 1_000)
      return () => {
        if (legs.get(key) === leg) legs.delete(key)
        if (legs.size === 0) stop()
      }
    },
    [Symbol.dispose]() {
      legs.clear()
      stop()
    },
  }
}

function keyOf(localPort: number, address: string, port: number): string {
  return `${localPort} ${address} ${port}`
}

const windowProbe = '04'

/** local port, remote address, remote port, tx_queue, kind of timer; of established connections (state 01) only. */
const busyRow =
  /: [\dA-F]+:([\dA-F]{4}) ([\dA-F]+):([\dA-F]{4}) 01 (?!0{8})([\dA-F]{8}):[\dA-F]{8} (\d\d):/g

/** The connections in a table of the kernel (`proc_pid_net(5)`) that have bytes unacknowledged. */
export function busySendQueues(table: string): SendQueue[] {
  return [...table.matchAll(busyRow)].map((row) => {
    const [, localPort = '', address = '', port = '', queued = '', timer] = row
    return {
      key: keyOf(Number.parseInt(localPort, 16), addressOf(address), Number.parseInt(port, 16)),
      unacknowledgedBytes: Number.parseInt(queued, 16),
      probing: timer === windowProbe,
    }
  })
}

/** The kernel prints each 32-bit word of an address as it lies in (little-endian) memory. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  )
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  return plainAddress(new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address)
}
