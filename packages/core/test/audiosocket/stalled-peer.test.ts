import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Pacer } from '../../src/audio/pacer.ts'
import { createPlayout } from '../../src/audiosocket/playout.ts'
import { busySendQueues, createSendQueueWatch } from '../../src/audiosocket/send-queue-watch.ts'
import { silentLog } from '../../src/log.ts'
import { aServer, until } from './a-server.ts'

/** A pacer that the test turns by hand, so that seconds of audio flow in a moment. */
function aCrank(): Pacer & { turn: (nowMs: number) => void } {
  const ticks = new Set<(nowMs: number) => void>()
  return {
    add(tick) {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    get size() {
      return ticks.size
    },
    lateness: { count: 0, p50: 0, p99: 0, max: 0 },
    turn: (nowMs) => {
      for (const tick of ticks) tick(nowMs)
    },
    [Symbol.dispose]: () => ticks.clear(),
  }
}

function aCounter(): { fill: (out: Int16Array) => number } {
  let frames = 0
  return {
    fill(out) {
      out.fill(++frames)
      return out.length
    },
  }
}

/** `/proc/net/tcp`: 127.0.0.1:8080 to 10.1.2.3:50412 (0x1F90, 0xC4EC). */
const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n'
const row = (queues: string, timer = '01', state = '01'): string =>
  `   0: 0100007F:1F90 0302010A:C4EC ${state} ${queues} ${timer}:00000014 00000000     0        0 1\n`
const leg = { localPort: 8080, peer: { text: '10.1.2.3:50412', address: '10.1.2.3', port: 50412 } }

describe('playout to a peer that does not read', () => {
  test('queues a few frames at most and drops the others', () => {
    const playout = createPlayout()
    const never = new Writable({ write: () => undefined })
    const source = aCounter()
    const sent = Array.from({ length: 50 }, () => playout.send(never, source, 8000))
    expect(sent.filter(Boolean)).toHaveLength(5)
    expect(never.writableLength).toBe(5 * 323)
  })

  test('never changes a frame that is still queued', async () => {
    const playout = createPlayout()
    const samples: number[] = []
    const late = new Writable({
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          samples.push(chunk.readInt16LE(3), chunk.readInt16LE(321))
          done()
        })
      },
    })
    const source = aCounter()
    for (let i = 0; i < 5; i++) playout.send(late, source, 8000)
    late.end()
    await new Promise((resolve) => late.once('finish', resolve))
    expect(samples).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  })

  test('plays again when the peer reads again', async () => {
    const playout = createPlayout()
    let go = (): void => undefined
    const slow = new Writable({ write: (_chunk, _encoding, done) => void (go = done) })
    for (let i = 0; i < 10; i++) playout.send(slow, aCounter(), 16_000)
    expect(playout.send(slow, aCounter(), 16_000)).toBe(false)
    go()
    await until('room', () => slow.writableLength < 5 * 643)
    expect(playout.send(slow, aCounter(), 16_000)).toBe(true)
  })
})

describe.runIf(process.platform === 'linux')('a peer on this machine that stops reading', () => {
  test('is noticed by what it has not read, and its leg is freed', async () => {
    const pacer = aCrank()
    const sendQueues = createSendQueueWatch({ log: silentLog, everyMs: 20 })
    await using s = await aServer({ pacer, sendQueues, source: aCounter() })
    const phone = await s.phone()
    const other = await s.phone()
    const first = await s.leg()
    const second = await s.leg()
    phone.pause()
    let nowMs = 0
    await until('the stalled leg', () => {
      for (let i = 0; i < 5; i++) pacer.turn((nowMs += 20))
      return first.connection.closed
    })
    expect(await first.closed).toBe('stalled')
    expect(second.connection.closed).toBe(false)
    expect(s.warnings()).toEqual([expect.stringMatching(/nothing for 3\.5 s|does not read/)])
    expect(s.warnings()[0]).toContain(phone.local)
    phone.reset()
    other.reset()
    sendQueues[Symbol.dispose]()
  })
})

describe('the watch over send queues', () => {
  test('reads rows of the kernel, of IPv4, of IPv6 and of IPv4 in IPv6', () => {
    expect(busySendQueues(head + row('0000FFFF:00000000'))).toEqual([
      { key: '8080 10.1.2.3 50412', unacknowledgedBytes: 65_535, probing: false, unreadBytes: 0 },
    ])
    const six =
      '   1: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000302010A:C4EC 01 00000143:00000000 04:00000014\n' +
      '   2: B80D0120000000000000000001000000:1F90 B80D0120000000000000000002000000:C4EC 01 00000000:00000100 00:00000014\n'
    expect(busySendQueues(head + six)).toEqual([
      { key: '8080 10.1.2.3 50412', unacknowledgedBytes: 323, probing: true, unreadBytes: 0 },
      { key: '50412 2001:db8::1 8080', unacknowledgedBytes: 0, probing: false, unreadBytes: 256 },
    ])
  })

  test('passes over idle and listening rows', () => {
    const idle = row('00000000:00000000') + row('00000000:00000010', '00', '0A')
    expect(busySendQueues(head + idle)).toEqual([])
  })

  test.each([
    ['3.5 s of audio are not acknowledged', row('0000FFFF:00000000'), /acknowledged nothing/],
    ['the window stays closed', row('00000143:00000000', '04'), /does not read/],
  ])('speaks up when %s', async (_what, table, reason) => {
    const file = await aTable(head + table)
    const watch = createSendQueueWatch({ log: silentLog, everyMs: 5, files: [file] })
    const why = await new Promise<string>((onStalled) => {
      watch.add({ ...leg, rate: () => 8000, onStalled })
    })
    watch[Symbol.dispose]()
    expect(why).toMatch(reason)
  })

  test('lets a second of network trouble pass, and says nothing of other connections', async () => {
    const file = await aTable(head + row('00003F00:00000000'))
    const watch = createSendQueueWatch({ log: silentLog, everyMs: 5, files: [file] })
    const stalled: string[] = []
    const onStalled = (why: string): void => void stalled.push(why)
    watch.add({ ...leg, rate: () => 8000, onStalled })
    watch.add({ ...leg, localPort: 8081, rate: () => 8000, onStalled })
    const noticed = new Promise<void>((resolve) => {
      const peer = { ...leg.peer, port: 50413 }
      watch.add({ localPort: 8080, peer, rate: () => 8000, onStalled: () => resolve() })
    })
    await writeFile(
      file,
      head + row('00003F00:00000000') + row('0000FFFF:00000000').replace('C4EC', 'C4ED'),
    )
    await noticed
    watch[Symbol.dispose]()
    expect(stalled).toEqual([])
  })
})

async function aTable(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portaria-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'tcp')
  await writeFile(file, text)
  return file
}
