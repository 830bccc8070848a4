import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isConfigError } from '@portaria/core/plugin'
import { failureOf } from '@portaria/test-kit/conformance/check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bunzip2 } from '../src/models/bunzip2.ts'
import { untar } from '../src/models/untar.ts'
import { blocks, whisperTiny } from './packed.ts'
import { type Entry, tarOf } from './tar.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portaria-archive-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('an archive', () => {
  const into = () => join(folder, 'unpacked')
  const unpack = (entries: readonly Entry[]) => untar([tarOf(entries)], into())

  it('keeps its files, with long names and in any chunks, without its one folder', async () => {
    const long = `top/${'n'.repeat(120)}/tokens.txt`
    const tar = tarOf([
      { name: 'top/', type: '5' },
      { name: './top/a/b.txt', content: 'b' },
      { name: long, content: 'x'.repeat(1_000) },
    ])
    await untar(
      Array.from(tar, (byte) => Uint8Array.of(byte)),
      into(),
    )
    expect(readFileSync(join(into(), 'a/b.txt'), 'utf8')).toBe('b')
    expect(readFileSync(join(into(), long.slice(4)), 'utf8')).toHaveLength(1_000)
  })

  it.each(['../../evil', '/etc/evil', 'top/../../evil', 'top\\..\\evil', 'C:/evil'])(
    'that leads elsewhere is refused: %s',
    async (name) => {
      const error = await failureOf(unpack([{ name, content: 'evil' }]))
      expect(String(error)).toMatch(/leads elsewhere/u)
      expect(existsSync(into())).toBe(false)
    },
  )

  it('makes no links', async () => {
    await unpack([
      { name: 'top/link', type: '2', link: '/tmp' },
      { name: 'top/hard', type: '1', link: '/etc/passwd' },
      { name: 'top/file', content: 'x' },
    ])
    expect(readdirSync(into())).toEqual(['file'])
  })

  it.each([
    ['cut short', (tar: Buffer) => tar.subarray(0, 600)],
    ['of noise', () => Buffer.alloc(2_000, 7)],
    ['of nothing', () => Buffer.alloc(0)],
  ])('%s is refused', async (_, damage) => {
    const tar = damage(tarOf([{ name: 'top/a', content: 'x'.repeat(600) }]))
    expect(isConfigError(await failureOf(untar([tar], into())))).toBe(true)
  })
})

describe('bzip2', () => {
  const unpacked = (packed: Uint8Array): Buffer => {
    let at = 0
    const read = (into: Uint8Array): number => {
      const part = packed.subarray(at, at + Math.min(into.length, 7))
      into.set(part)
      at += part.length
      return part.length
    }
    return Buffer.concat([...bunzip2(read)])
  }

  it('unpacks many blocks, long runs, and files one after the other', () => {
    const plain = unpacked(blocks)
    expect(createHash('sha256').update(plain).digest('hex')).toBe(
      'b80a911026a06427630b58d0aaf5f4377930523f2c5765e05ab12558cc4ac764',
    )
    expect(unpacked(Buffer.concat([blocks, blocks]))).toEqual(Buffer.concat([plain, plain]))
  })

  it('unpacks an empty file', () => {
    expect(unpacked(Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64'))).toHaveLength(0)
  })

  it('notices every damaged byte that matters', () => {
    const plain = unpacked(whisperTiny)
    const outcomes = Array.from({ length: whisperTiny.length - 4 }, (_, n) => {
      const damaged = Buffer.from(whisperTiny)
      damaged[n + 4] = (damaged[n + 4] ?? 0) ^ 0x10
      try {
        return unpacked(damaged).equals(plain) ? 'the same' : 'wrong'
      } catch (error) {
        return isConfigError(error) ? 'refused' : String(error)
      }
    })
    expect(outcomes).toContain('refused')
    expect(outcomes.filter((each) => each !== 'refused' && each !== 'the same')).toEqual([])
  })
})
