import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textLines } from '../src/text-lines.ts'

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function linesOf(text: string | Uint8Array, size = 7): Promise<string[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const lines: string[] = []
  for await (const some of textLines(inPieces(bytes, size))) lines.push(...some)
  return lines
}

describe('lines of standard input', () => {
  it('gives empty lines, and drops the return of CRLF', async () => {
    expect(await linesOf('sim\r\n\r\n\nnão\n')).toEqual(['sim', '', '', 'não'])
  })

  it('gives the last line without its newline, and nothing after the last newline', async () => {
    expect(await linesOf('a\nb')).toEqual(['a', 'b'])
    expect(await linesOf('a\nb\n')).toEqual(['a', 'b'])
    expect(await linesOf('')).toEqual([])
  })

  it('replaces bytes that are not UTF-8, also when they are the last', async () => {
    expect(await linesOf(new Uint8Array([0x61, 0xff, 0x0a, 0xc3]))).toEqual(['a\ufffd', '\ufffd'])
  })

  it('gives the same lines however the bytes are cut', async () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\ufeff]/g, ''))
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const text = lines.map((each) => `${each}\n`).join('')
        expect(await linesOf(text, size)).toEqual(lines)
      }),
    )
  })
})
