import { describe, expect, test } from 'vitest'
import { createAdmission, createAllowList } from '../../src/audiosocket/admission.ts'
import type { AudioSocketConnection } from '../../src/audiosocket/connection.ts'
import { aServer, message, silence, until, uuid } from './a-server.ts'

const frame = Int16Array.from({ length: 160 }, (_, i) => i * 100)

describe('a connection', () => {
  test('is handed over with its UUID, its peer and its port', async () => {
    await using s = await aServer()
    const phone = await s.phone({ uuid: uuid.toUpperCase() })
    const { connection } = await s.leg()
    expect(connection).toMatchObject({
      uuid,
      peer: phone.local,
      localPort: s.server.port,
      rate: 8000,
      closed: false,
    })
    expect(s.server.connections).toBe(1)
  })

  test('brings what the peer says and presses, in order', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    phone.sendAudio(frame)
    phone.sendDigit('5')
    phone.sendAudio(frame.subarray(0, 138))
    phone.sendDigit('#')
    await until('the digits', () => leg.digits.length === 2)
    expect(leg.digits).toEqual(['5', '#'])
    expect(leg.heard).toEqual([...frame, ...frame.subarray(0, 138)])
  })

  test('hears the same when bytes come one by one', async () => {
    await using s = await aServer()
    const phone = await s.phone({ uuid: null })
    const bytes = [
      ...message(
        0x01,
        Array.from({ length: 16 }, (_, i) => i),
      ),
      ...message(0x10, new Uint8Array(frame.buffer)),
      ...message(0x03, [0x2a]),
    ]
    for (const byte of bytes) {
      phone.sendRaw(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const leg = await s.leg()
    await until('the digit', () => leg.digits.length === 1)
    expect(leg.connection.uuid).toBe('00010203-0405-0607-0809-0a0b0c0d0e0f')
    expect(leg.heard).toEqual([...frame])
  })

  test('plays silence from the first 20 ms on, also to a peer that sends nothing', async () => {
    await using s = await aServer()
    const at: number[] = []
    const startMs = performance.now()
    await s.phone({
      handler: {
        onAudio(pcm, kind, atMs) {
          at.push(atMs - startMs)
          expect([kind, pcm.length, pcm.every((sample) => sample === 0)]).toEqual([0x10, 160, true])
        },
      },
    })
    await until('ten frames', () => at.length >= 10)
    expect(at[0]).toBeLessThan(5_000)
    expect(at[9]).toBeGreaterThan(178)
  })

  test('plays what the source gives, and fills up with zeros', async () => {
    let frames = 0
    const heard: number[][] = []
    const source = {
      fill(out: Int16Array) {
        out.fill(-3)
        return frames++ === 0 ? 100 : 160
      },
    }
    await using s = await aServer({ source })
    await s.phone({ handler: { onAudio: (pcm) => void heard.push([...pcm]) } })
    await until('three frames', () => heard.length >= 3)
    expect(heard[0]).toEqual([...Array<number>(100).fill(-3), ...Array<number>(60).fill(0)])
    expect(heard[2]).toEqual(Array<number>(160).fill(-3))
  })

  test.each([
    [0x12, 16_000],
    [0x13, 16_000],
    [0x15, 16_000],
    [0x18, 16_000],
  ] as const)('of kind 0x%s runs at 16 kHz in both directions', async (kind, rate) => {
    await using s = await aServer()
    const received: string[] = []
    const phone = await s.phone({
      kind,
      handler: { onAudio: (pcm, of) => void received.push(`${of.toString(16)}/${pcm.length}`) },
    })
    const leg = await s.leg()
    await until('narrow silence', () => received.includes('10/160'))
    const perFrame = { 0x12: 320, 0x13: 480, 0x15: 882, 0x18: 3840 }[kind]
    for (let i = 0; i < 10; i++) phone.sendAudio(new Int16Array(perFrame).fill(1_000))
    await until('wide silence', () => received.includes('12/320'))
    expect(leg.rates).toEqual([rate])
    expect(leg.connection.rate).toBe(rate)
    expect(leg.heard.length).toBeGreaterThan(9 * 320)
    expect(leg.heard.length).toBeLessThanOrEqual(10 * 320)
    expect(received.indexOf('12/320')).toBeGreaterThan(received.lastIndexOf('10/160'))
  })

  test('of 12 kHz is heard at 8 kHz', async () => {
    await using s = await aServer()
    const phone = await s.phone({ kind: 0x11 })
    const leg = await s.leg()
    for (let i = 0; i < 10; i++) phone.sendAudio(new Int16Array(240).fill(1_000))
    await until('most of it', () => leg.heard.length > 9 * 160)
    expect(leg.heard.length).toBeLessThanOrEqual(10 * 160)
    expect(leg.connection.rate).toBe(8_000)
    expect(leg.rates).toEqual([])
  })
})

describe('the end of a connection', () => {
  test('a hangup of ours is 0x00 and FIN, heard as such', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    leg.connection.hangup()
    leg.connection.hangup()
    leg.connection.reset()
    expect(leg.connection.closed).toBe(true)
    expect(await phone.closed).toEqual({ by: 'server-hangup', fault: null })
    expect(await leg.closed).toBe('hangup')
    expect([s.server.connections, s.pacer.size]).toEqual([0, 0])
  })

  test('a refused connection gets 0x00 and not a byte more', async () => {
    const refused: AudioSocketConnection[] = []
    await using s = await aServer({
      onConnection(connection) {
        refused.push(connection)
        connection.hangup()
      },
    })
    let frames = 0
    const phone = await s.phone({ handler: { onAudio: () => frames++ } })
    expect(await phone.closed).toEqual({ by: 'server-hangup', fault: null })
    expect([refused.length, frames]).toEqual([1, 0])
    expect(s.warnings()).toEqual([])
  })

  test('a reset of ours is an RST', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    leg.connection.reset()
    expect(await phone.closed).toEqual({ by: 'server-reset', fault: null })
    expect(await leg.closed).toBe('reset')
  })

  test.each(['hangup', 'reset'] as const)('a %s of the peer frees it at once', async (how) => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    phone[how]()
    expect(await leg.closed).toBe('peer-hangup')
    expect(leg.connection.closed).toBe(true)
    await until('nothing left', () => s.server.connections === 0)
    expect(s.pacer.size).toBe(0)
    expect(s.warnings()).toEqual([])
  })

  test('0x00 from the peer is a clean end', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    phone.sendRaw(message(0x00))
    expect(await leg.closed).toBe('peer-hangup')
    expect(await phone.closed).toEqual({ by: 'server-close', fault: null })
    expect(s.warnings()).toEqual([])
  })

  test('a peer that does not close after our hangup is closed by force after a second', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    phone.pause()
    const leg = await s.leg()
    const startMs = performance.now()
    leg.connection.hangup()
    expect(await leg.closed).toBe('hangup')
    expect(performance.now() - startMs).toBeGreaterThan(950)
    expect(performance.now() - startMs).toBeLessThan(8_000)
    phone.reset()
  })

  test('a hangup from within the source is safe', async () => {
    const connections: AudioSocketConnection[] = []
    await using s = await aServer({
      onConnection(connection) {
        connections.push(connection)
        const source = {
          fill() {
            connection.hangup()
            return 160
          },
        }
        const sink = { onFrame: () => undefined }
        connection.attach({ sink, source, onDigit: () => undefined, onClosed: () => undefined })
      },
    })
    const phone = await s.phone()
    expect(await phone.closed).toEqual({ by: 'server-hangup', fault: null })
    expect(s.lines.filter((line) => /write after end/.test(line.message))).toEqual([])
    expect(s.warnings()).toEqual([])
  })

  test('a bug of the call layer costs its own leg only, which is reset', async () => {
    let frames = 0
    const source = {
      fill() {
        if (frames++ === 3) throw new Error('a bug')
        return 0
      },
    }
    await using s = await aServer({ source })
    const phone = await s.phone()
    const leg = await s.leg()
    expect(await phone.closed).toMatchObject({ by: 'server-reset' })
    expect(await leg.closed).toBe('reset')
    expect(s.warnings()).toEqual([expect.stringContaining('a bug')])
  })

  test('a connection that nobody takes is reset', async () => {
    await using s = await aServer({ onConnection: () => undefined })
    const phone = await s.phone()
    expect(await phone.closed).toMatchObject({ by: 'server-reset' })
    expect(s.warnings()).toEqual([expect.stringContaining('nobody attached')])
  })
})

describe('the server', () => {
  test('stops listening while its connections go on', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    await s.server.stopListening()
    await s.server.stopListening()
    await expect(s.phone()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    phone.sendDigit('1')
    await until('the digit', () => leg.digits.length === 1)
    expect(leg.connection.closed).toBe(false)
  })

  test('says why it cannot listen', async () => {
    await using s = await aServer()
    await expect(aServer({ port: s.server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('refuses whom the list does not allow before reading a byte, with one line for many tries', async () => {
    await using s = await aServer({ allow: createAllowList(['10.0.0.0/8']) })
    for (let i = 0; i < 5; i++) {
      // The RST may come before the phone has noticed that it is connected.
      const end = s.phone().then(
        async (phone) => (await phone.closed).by,
        (error: NodeJS.ErrnoException) => error.code,
      )
      expect(['server-reset', 'ECONNRESET']).toContain(await end)
    }
    expect(s.legs).toEqual([])
    expect(s.warnings()).toEqual([expect.stringContaining('127.0.0.1')])
  })

  test('answers a call from an address that floods it with connections', async () => {
    await using s = await aServer({ admission: createAdmission({ maxWithoutUuidPerAddress: 8 }) })
    const flood = Array.from({ length: 300 }, () => s.phone({ uuid: null }))
    const call = s.phone()
    const [phone, leg, phones] = await Promise.all([call, s.leg(), Promise.all(flood)])
    phone.sendDigit('7')
    await until('the digit', () => leg.digits.length === 1)
    expect(leg.digits).toEqual(['7'])
    expect(s.warnings()).toHaveLength(1)
    for (const each of phones) each.reset()
  })

  test('counts no call that has shown its UUID among those that have not', async () => {
    const admission = createAdmission({ maxWithoutUuidPerAddress: 1 })
    await using s = await aServer({ admission })
    for (let i = 0; i < 4; i++) {
      await s.phone()
      await s.leg()
    }
    const waiting = await s.phone({ uuid: null })
    await until('it waits', () => admission.waiting === 1)
    waiting.hangup()
    await until('it left', () => admission.waiting === 0)
    expect(s.legs.map((leg) => leg.connection.closed)).toEqual([false, false, false, false])
  })

  test('listens on IPv6 and names peers in brackets', async () => {
    await using s = await aServer({ host: '::1', source: silence })
    await s.phone({ host: '::1' })
    const { connection } = await s.leg()
    expect(connection.peer).toMatch(/^\[::1\]:\d+$/)
  })
})
