import { describe, expect, test } from 'vitest'
import { aServer, message, until } from './a-server.ts'

const uuidMessage = message(
  0x01,
  Array.from({ length: 16 }, (_, i) => i),
)
const audio = message(0x10, new Uint8Array(320))

describe('bad input before the UUID', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['audio as the first message', audio, /first message is of kind 0x10/],
    ['a digit as the first message', message(0x03, [0x31]), /first message is of kind 0x3/],
    ['0x00 as the first message', message(0x00), /first message is of kind 0x0/],
    ['an error as the first message', message(0xff, [1]), /first message is of kind 0xff/],
    ['a UUID of 15 bytes', message(0x01, new Uint8Array(15)), /UUID of 15 bytes/],
    ['a UUID that says 65,535 bytes', Uint8Array.of(0x01, 0xff, 0xff), /UUID of 65535 bytes/],
    ['an unknown kind', message(0x02, [0]), /unknown kind 0x02/],
    ['garbage', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), /unknown kind 0x47/],
  ])('%s closes the connection with one line that names the peer', async (_what, bytes, reason) => {
    await using s = await aServer()
    const phone = await s.phone({ uuid: null })
    phone.sendRaw(bytes)
    await phone.closed
    expect(s.legs).toEqual([])
    expect(s.warnings()).toEqual([expect.stringMatching(reason)])
    expect(s.warnings()[0]).toContain(phone.local)
  })

  test('silence is closed when the time for a UUID is over', async () => {
    await using s = await aServer({ uuidTimeoutMs: 80 })
    const startMs = performance.now()
    const phone = await s.phone({ uuid: null })
    expect(await phone.closed).toMatchObject({ by: 'server-close' })
    expect(performance.now() - startMs).toBeGreaterThan(75)
    expect(s.warnings()).toEqual([expect.stringMatching(/no UUID in 80 ms/)])
  })

  test('a byte now and then does not prolong the time for a UUID', async () => {
    await using s = await aServer({ uuidTimeoutMs: 1_000 })
    const phone = await s.phone({ uuid: null })
    let sent = 0
    const drip = setInterval(() => phone.sendRaw(uuidMessage.subarray(sent, ++sent)), 200)
    await phone.closed
    clearInterval(drip)
    // It began, but the whole UUID would have taken 3.8 s.
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(uuidMessage.length)
    expect(s.legs).toEqual([])
    expect(s.warnings()).toEqual([expect.stringMatching(/no UUID in 1000 ms/)])
  })

  test('a peer that goes without a UUID (channel not answered) is no fault', async () => {
    await using s = await aServer()
    const phone = await s.phone({ uuid: null })
    phone.hangup()
    await phone.closed
    await until('the line', () => s.lines.some((line) => /without a UUID/.test(line.message)))
    expect(s.warnings()).toEqual([])
  })

  test('EOF in the middle of the UUID is said', async () => {
    await using s = await aServer()
    const phone = await s.phone({ uuid: null })
    phone.sendRaw(uuidMessage.subarray(0, 9))
    phone.hangup()
    await phone.closed
    await until('the line', () => s.warnings().length > 0)
    expect(s.warnings()).toEqual([expect.stringMatching(/in the middle of its first message/)])
  })

  test('an RST is no fault of ours', async () => {
    await using s = await aServer()
    const phone = await s.phone({ uuid: null })
    phone.reset()
    await until('the line', () => s.lines.some((line) => /without a UUID/.test(line.message)))
    expect(s.warnings()).toEqual([])
  })
})

describe('bad input within a call', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['a second UUID', uuidMessage, /second UUID/],
    ['an unknown kind', message(0x19, [0, 0]), /unknown kind 0x19/],
    ['audio without samples', message(0x10), /without samples/],
    ['audio of odd length', message(0x10, new Uint8Array(321)), /odd length 321/],
    ['audio of 65,534 bytes', message(0x10, [], 65_534), /65534 bytes/],
    ['a digit that is none', message(0x03, [0x45]), /0x45 is no digit/],
    ['two digits in one message', message(0x03, [0x31, 0x32]), /digit of 2 bytes/],
    ['an error of the peer', message(0xff, [4]), /reports error 4/],
  ])('%s resets that leg with one line, and no other', async (_what, bytes, reason) => {
    await using s = await aServer()
    const other = await s.phone()
    const otherLeg = await s.leg()
    const phone = await s.phone()
    const leg = await s.leg()
    phone.sendRaw(bytes)
    expect(await leg.closed).toBe('protocol')
    expect(await phone.closed).toMatchObject({ by: 'server-reset' })
    expect(s.warnings()).toEqual([expect.stringMatching(reason)])
    expect(s.warnings()[0]).toContain(phone.local)
    other.sendDigit('1')
    await until('the other digit', () => otherLeg.digits.length === 1)
    expect(otherLeg.connection.closed).toBe(false)
    expect(leg.digits).toEqual([])
  })

  test('what comes behind a fault in the same segment is not heard', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    phone.sendRaw(Uint8Array.from([...audio, ...message(0x02), ...message(0x03, [0x31])]))
    expect(await leg.closed).toBe('protocol')
    expect([leg.heard.length, leg.digits.length]).toEqual([160, 0])
  })

  test('EOF in the middle of a frame ends the leg and is said', async () => {
    await using s = await aServer()
    const phone = await s.phone()
    const leg = await s.leg()
    phone.sendRaw(audio.subarray(0, 100))
    phone.hangup()
    expect(await leg.closed).toBe('peer-hangup')
    expect(s.warnings()).toEqual([expect.stringMatching(/in the middle of a message/)])
  })
})
