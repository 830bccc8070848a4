import { describe, expect, it } from 'vitest'
import { checkedChannel } from '../../src/listen-test/checked-channel.ts'
import { checkedPayload, payloadFrom } from '../../src/listen-test/checked-payload.ts'

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part))
}

describe('a channel', () => {
  it('may have 63 bytes, which are not 63 letters', () => {
    expect(checkedChannel('c'.repeat(63))).toHaveLength(63)
    expect(() => checkedChannel(`${'ç'.repeat(31)}cc`)).toThrow(/64 bytes.*at most 63/)
    expect(() => checkedChannel('')).toThrow(/must have a name/)
  })
})

describe('a payload', () => {
  it('may have 7,999 bytes, which are not 7,999 letters', () => {
    expect(checkedPayload('x'.repeat(7_999))).toHaveLength(7_999)
    expect(() => checkedPayload('x'.repeat(8_000))).toThrow(/8000 bytes.*at most 7999/)
    expect(() => checkedPayload('ç'.repeat(4_000))).toThrow(/8000 bytes/)
    expect(() => checkedPayload('a\0b')).toThrow(/NUL/)
  })

  it('comes from a pipe as it is, without its last line end', async () => {
    expect(await payloadFrom(chunks('a\n', 'b\r\n'))).toBe('a\nb')
    expect(await payloadFrom(chunks('ç'.repeat(3_999), 'x\n'))).toHaveLength(4_000)
    expect(await payloadFrom(chunks())).toBe('')
  })

  it('is refused when a pipe brings too much, or no text', async () => {
    await expect(payloadFrom(chunks('x'.repeat(8_000)))).rejects.toThrow(/8000 bytes/)
    const endless = (async function* () {
      for (;;) yield await Promise.resolve(Buffer.alloc(4_096, 120))
    })()
    await expect(payloadFrom(endless)).rejects.toThrow(/more than 7999 bytes/)
    await expect(payloadFrom(chunks(Uint8Array.of(0xff)))).rejects.toThrow(/no UTF-8/)
  })
})
