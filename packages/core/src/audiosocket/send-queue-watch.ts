import { readFile } from 'node:fs/promises'
import { SocketAddress } from 'node:net'
import type { Rate } from '../audio/frames.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { plainAddress } from './admission.ts'
import type { Peer } from './connection.ts'

/**
 * Notices peers that take no more audio while the kernel still buffers for them (megabytes, minutes of
 * speech), which no call of Node shows. Linux tells in `/proc/net/tcp` how many bytes of a connection are not
 * acknowledged, whether the peer has closed its window and, of a peer on the same machine, how many bytes it
 * has not read. A peer on another machine that is alive but does not read is seen only when its window
 * closes. On other systems it watches nothing.
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

/** What the kernel says about the audio of one connection. */
export type SendQueue = {
  readonly key: string
  readonly unacknowledgedBytes: number
  /** The peer's window is closed: it does not read. */
  readonly probing: boolean
  /** Known of peers on this machine. */
  readonly unreadBytes: number
}

const defaultFiles = ['/proc/net/tcp', '/proc/net/tcp6']
/** Audio flows without a pause, so bytes tell time: with this much, the oldest byte has waited for 3.5 s. */
const maxWaitingMs = 3_500
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
      const maxBytes = maxWaitingMs * bytesPerMs[leg.rate()]
      if (queue.unacknowledgedBytes >= maxBytes) {
        leg.onStalled('it has acknowledged nothing for 3.5 s')
      } else if (queue.unreadBytes >= maxBytes) {
        leg.onStalled('it has read nothing for 3.5 s')
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

/** Local and remote address and port, tx_queue, rx_queue, kind of timer: of established connections (state 01) with a queue. */
const busyRow =
  /: ([\dA-F]+):([\dA-F]{4}) ([\dA-F]+):([\dA-F]{4}) 01 (?!0{8}:0{8})([\dA-F]{8}):([\dA-F]{8}) (\d\d):/g

/**
 * What waits in a table of the kernel (`proc_pid_net(5)`). A row tells of our own end what is not acknowledged;
 * a row of the other end, where that is on this machine, what is not read.
 */
export function busySendQueues(table: string): SendQueue[] {
  return [...table.matchAll(busyRow)].flatMap((row) => {
    const [, local = '', localPort = '', remote = '', remotePort = '', sent = '', received = ''] =
      row
    const [ours, theirs] = [Number.parseInt(localPort, 16), Number.parseInt(remotePort, 16)]
    const unacknowledgedBytes = Number.parseInt(sent, 16)
    const unreadBytes = Number.parseInt(received, 16)
    const queues: SendQueue[] = []
    if (unacknowledgedBytes > 0) {
      const key = keyOf(ours, addressOf(remote), theirs)
      queues.push({ key, unacknowledgedBytes, probing: row[7] === windowProbe, unreadBytes: 0 })
    }
    if (unreadBytes > 0) {
      const key = keyOf(theirs, addressOf(local), ours)
      queues.push({ key, unacknowledgedBytes: 0, probing: false, unreadBytes })
    }
    return queues
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
