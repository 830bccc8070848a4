import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isConfigError, isProviderError } from '@portaria/core/plugin'
import { failureOf } from '@portaria/test-kit/conformance/check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bunzip2 } from '../src/models/bunzip2.ts'
import { findModel, pullModel, type PullOptions } from '../src/models.ts'
import { untar } from '../src/models/untar.ts'
import { type Entry, tarOf } from './tar.ts'

/** Packed by bzip2 1.0.8: `tar cj sherpa-onnx-whisper-tiny/` with three small files in it. */
const whisperTiny = Buffer.from(
  'QlpoOTFBWSZTWSSE9GkAASB9hc2QAEBAA//AAIBubd7gAACACACoMAD4UEpKPQAAAIyYAmDDQyGmTQDENNNGhowKpNQEaajZIGmIAxD1Pk5qbMWdKo0MFEIm4gjNuhdrF5Yxs7qVlaNpQgkj4pJUfRMcKdUlRORLzc6y6LyFNZIN9tOOAYjglFpVQ412l+dI3zaXFlm+/ZdWqv7yTUwizVOB4JR+dCob54WGenvZsFiwcsDkNB9EYB17hXoRXBCIpEX1XXu09RqFDYe5gjM6EmP7ppuyNDE50L2J/RthloSWI3UiMiD/F3JFOFCQJIT0aQ==',
  'base64',
)
const sha256 = createHash('sha256').update(whisperTiny).digest('hex')
const archive = 'sherpa-onnx-whisper-tiny.tar.bz2'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Serves files with ranges, as a release host does, and does as it is told otherwise. */
async function startHost(): Promise<
  AsyncDisposable & {
    url: string
    files: Map<string, Buffer>
    seen: { path: string; range: string | undefined }[]
    /** Instead of the next answers. */
    faults: Answer[]
    etag: string
  }
> {
  const files = new Map<string, Buffer>()
  const seen: { path: string; range: string | undefined }[] = []
  const faults: Answer[] = []
  const host = { url: '', files, seen, faults, etag: '"v1"' }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    seen.push({ path, range: request.headers.range })
    const file = files.get(path)
    if (file === undefined) return void response.writeHead(404).end('<html>no</html>')
    const fault = path.endsWith('checksum.txt') ? undefined : faults.shift()
    if (fault !== undefined) return fault(request, response)
    const from = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1] ?? 0)
    const etag = host.etag
    if (from === 0 || request.headers['if-range'] !== etag) {
      return void response.writeHead(200, { 'content-length': file.length, etag }).end(file)
    }
    if (from >= file.length) return void response.writeHead(416, { etag }).end()
    const range = `bytes ${from}-${file.length - 1}/${file.length}`
    const length = { 'content-length': file.length - from, 'content-range': range, etag }
    response.writeHead(206, length).end(file.subarray(from))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models`
  return Object.assign(host, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** Half of it; the line is cut when the other side has it. */
const half =
  (file: Buffer, etag = '"v1"'): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': file.length, etag })
    response.write(file.subarray(0, file.length >> 1))
    cut = () => response.destroy()
  }
const hangUp: Answer = (_, response) => void response.destroy()
const refuse =
  (status: number): Answer =>
  (_, response) =>
    void response.writeHead(status).end()

let cut = (): void => {}
let host: Awaited<ReturnType<typeof startHost>>
let modelsDir: string
beforeEach(async () => {
  cut = () => {}
  host = await startHost()
  modelsDir = mkdtempSync(join(tmpdir(), 'portaria-models-'))
  host.files.set(`/models/asr-models/${archive}`, whisperTiny)
  host.files.set('/models/asr-models/checksum.txt', Buffer.from(`${archive}\t${sha256}\n`))
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
  rmSync(modelsDir, { recursive: true, force: true })
})

const { signal } = new AbortController()
const pull = (o: Partial<PullOptions> = {}) =>
  pullModel({
    name: 'whisper-tiny',
    modelsDir,
    baseUrl: `${host.url}/`,
    signal,
    limits: { pauseMs: 1, stallMs: 30_000 },
    onProgress: () => cut(),
    ...o,
  })
const downloads = () => host.seen.filter(({ path }) => path.endsWith(archive))
const found = () => findModel('whisper-tiny', modelsDir)

describe('pulling a model', () => {
  it('checks it by the published checksum, unpacks it and gives it its name', async () => {
    const shown: number[] = []
    const pulled = await pull({ onProgress: ({ bytes }) => shown.push(bytes) })
    expect(pulled).toMatchObject({ already: false, card: { sha256, checkedBy: 'checksum.txt' } })
    expect(readdirSync(found().folder).toSorted()).toEqual([
      'portaria-model.json',
      'tiny-decoder.int8.onnx',
      'tiny-encoder.int8.onnx',
      'tiny-tokens.txt',
    ])
    expect(found().card).toEqual(pulled.card)
    expect(shown.at(-1)).toBe(whisperTiny.length)
    expect(readdirSync(join(modelsDir, '.pulling', 'whisper-tiny'))).toEqual([])
  })

  it('does nothing when it is there, and does it again with force', async () => {
    await pull()
    expect(await pull()).toMatchObject({ already: true })
    expect(downloads()).toHaveLength(1)
    expect(await pull({ force: true })).toMatchObject({ already: false })
  })

  it('goes on where the line was cut', async () => {
    host.faults.push(half(whisperTiny), hangUp)
    await pull()
    const rest = `bytes=${whisperTiny.length >> 1}-`
    expect(downloads().map(({ range }) => range)).toEqual([undefined, rest, rest])
  })

  it('goes on with what an earlier command left', async () => {
    host.faults.push(half(whisperTiny), ...Array.from({ length: 5 }, () => refuse(503)))
    const error = await failureOf(pull())
    expect(String(error)).toMatch(/answered 503.*run the same command again/u)
    expect(isProviderError(error) && error.retryable).toBe(true)
    expect(() => found()).toThrow(/portaria models pull whisper-tiny/u)
    await pull()
    expect(downloads().at(-1)?.range).toBe(`bytes=${whisperTiny.length >> 1}-`)
  })

  it('begins again when the server has another version meanwhile', async () => {
    host.faults.push(half(Buffer.alloc(400, 1), '"v0"'))
    await pull()
    expect(found().card?.sha256).toBe(sha256)
  })

  it('asks again when a server sends nothing', async () => {
    host.faults.push((_, response) => response.writeHead(200).flushHeaders())
    await pull({ limits: { pauseMs: 1, stallMs: 1_000 } })
    expect(downloads().length).toBeGreaterThan(1)
  })

  it('says aloud that nobody vouched for it when there is no checksum, and remembers what it was', async () => {
    host.files.delete('/models/asr-models/checksum.txt')
    expect(await pull()).toMatchObject({ card: { checkedBy: 'first use' } })
    host.files.set(`/models/asr-models/${archive}`, Buffer.concat([whisperTiny, Buffer.alloc(10)]))
    const error = await failureOf(pull({ force: true }))
    expect(String(error)).toMatch(/the first download was/u)
    expect(found().card?.sha256).toBe(sha256)
  })

  it.each([
    ['the server says otherwise', {}, /checksum\.txt says 0{64}/u],
    ['the user says otherwise', { sha256: '1'.repeat(64) }, /--sha256 says 1{64}/u],
  ])('keeps nothing of a download when %s', async (_, o, message) => {
    const wrong = `${'0'.repeat(64)}  ${archive}\n`
    host.files.set('/models/asr-models/checksum.txt', Buffer.from(wrong))
    const error = await failureOf(pull(o))
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toMatch(message)
    expect(existsSync(join(modelsDir, 'whisper-tiny'))).toBe(false)
    expect(readdirSync(join(modelsDir, '.pulling', 'whisper-tiny'))).toEqual([])
  })

  it('does not do without the checksum because the server fails', async () => {
    host.files.set('/models/asr-models/checksum.txt', Buffer.from(`${archive}\t${sha256}\n`))
    const failing = createServer((_, response) => void response.writeHead(503).end())
    await new Promise<void>((resolve) => failing.listen(0, '127.0.0.1', resolve))
    const { port } = failing.address() as AddressInfo
    const error = await failureOf(pull({ baseUrl: `http://127.0.0.1:${port}` }))
    expect(isProviderError(error) && error.retryable).toBe(true)
    await new Promise((resolve) => failing.close(resolve))
  })

  it.each([
    ['a name that the catalogue lacks', { name: '../x' }, /Known: whisper-tiny/u],
    ['an address that is none', { baseUrl: 'models' }, /PORTARIA_MODELS_URL/u],
    ['an address with a password', { baseUrl: 'http://a:secret@127.0.0.1' }, /without a password/u],
    ['a checksum that is none', { sha256: 'abc' }, /64 hexadecimal digits/u],
    ['a file that the server lacks', { name: 'whisper-base' }, /answered 404.*base URL right/u],
  ])('says what to mend of %s', async (_, o, message) => {
    const error = await failureOf(pull(o))
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toMatch(message)
    expect(String(error)).not.toMatch(/secret/u)
  })

  it('stops when it is told to, and goes on later', async () => {
    const stop = new AbortController()
    host.faults.push((_, response) => {
      response.writeHead(200, { 'content-length': whisperTiny.length, etag: '"v1"' })
      response.write(whisperTiny.subarray(0, 100), () => stop.abort(new Error('Ctrl-C')))
    })
    expect(String(await failureOf(pull({ signal: stop.signal })))).toMatch(/Ctrl-C/u)
    expect(await pull()).toMatchObject({ card: { sha256 } })
  })

  it('leaves a folder alone that somebody else made', async () => {
    await pull()
    rmSync(join(found().folder, 'portaria-model.json'))
    expect(String(await failureOf(pull()))).toMatch(/--force replaces it/u)
  })

  it('lets one process pull a model at a time, and does not mind one that was killed', async () => {
    host.faults.push(half(whisperTiny), ...Array.from({ length: 5 }, () => refuse(503)))
    await failureOf(pull())
    const lock = join(modelsDir, '.pulling', 'whisper-tiny', 'lock')
    writeFileSync(lock, String(process.ppid))
    expect(String(await failureOf(pull()))).toMatch(/being pulled by another process/u)
    writeFileSync(lock, '4194304999')
    await pull()
  })
})

describe('an archive', () => {
  const into = () => join(modelsDir, 'unpacked')
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
  /** By Python's bz2 at level 1: ten blocks of runs and patterns. */
  const blocks = Buffer.from(
    'QlpoMTFBWSZTWRIPCZMAJGR/////////////////////////////////////////////0AR+AAAAABJgAJgACYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJMABMAATAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABJgAJgACYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJMABMAATAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKVVQpspo2o0xH6k2kaNP1TajBGaRiNPU09QYnppHqYnqMjZGUxlM1PRHoajI2pk9TE2RqYZGo02U9BHqYJiZA9TEBpkek2ppkzQmajI9IaMTI0yaZW87DVh689TC2vX1Rlxia1+14Yi8EbYNgsTdUOEGw2y1sVr42C2O2S7ge9GBdCPnjZrFXYDhxi62ixI2G64ZsbTessG1YywxdqBnxtd5I3kbda4ZIext2rcbYx6axl4gyY9ndqORG63tL2t4Y+QMbcZKghu97ix1+saAZGveWyDAuFG82NHt7WDlRj7e7WjlB769/ZG+BasaUb/fBslaoe6HDVwFgDZrgbxhnxnBk7cxullLg7hLK2Wu6GOHC3DXgDLDL2YuJHEXEjOVhLZRmhs9hhzgxFwQ5kZS3sZC8sdEOOGbtfGJuMuNtCM5bsNGN3siM6N9vQDE3H3IXzbWDvBnbvRhRoK5O9UMLtN9IZ6xI0Y9JbkOrG6WXGYtaNiHLXUjl7JjKXhDAGguYvIGPHHDQ2eGjHKWAOVGz3zhyNzViJUEPMjmnys0Lm4kdBc7YSVBDDFhxFS8W0akVLDVSMIlVK0wxFtY2y8cYI0lvo+pc8OftMMzKgh0FswwLyhix0NxI0toR9O68fXt4GPvVyoIZ0cnKghitPcqOxGHskNGMGVBDgbESoIceO3GKs0PXWFlQQ4qz426zo1I5K3odUMhYIxd14+zbgO3G5XDDVDMXBDcxlLSjixprmBzN01091F1Nuo6q0o019u6u7AdbbONovuXXXX2kH3b5g4+yY+9aIaO7QfgtqG134bqBqb44zN3Y7Cx43y7G047K4wdsM5epGsG027DSjGDd7mxwY01zt+W/NfntSP0W/D4d2d0A3Mfpuhu0u1v1XfjVW2Db7tr9l341dtA1IwbfBnRnhv1yd+27i5QZsfuusHL3xB0gydw44i7m7q/fd3d5ayzQ0I727QZy92N5tUO+saMdaIY4d/a4c/Ysd6NtvYDjhyQ3K5IcUOQs9eBcsMoPBs/a21A6YfxudG9Dp7nrpRhx/Kyw1A1F0o2AZi+xb+PvjwrgLw7NjQj+d8u/pcsOHGuujGANBd8OltvG43FDSDxLohihxt0d/Wxg7kf2t1vijrR/eyt4t/i6S/zbwOzHWWQH5Bvlkbxrx7TDBHkWnv9WVHTjybnBkhmLRWlG1DyrT22jux/u3C/5eXZkfWH/bi7BjrRFS8y7K82/9edf/MUFZJlNZY395IQBsfBGAQAAgINQAIABwQwAmqgaaSiJbSiJYlESxKIliURLyURLyURLEoiXUoiXzFBWSZTWWN/eSEAbHwRgEAAICDUACAAcEMAJqoGmkoiW0oiWJREsSiJYlES8lES8lESxKIl1KIl8xQVkmU1mjv3/EAFiWf////////////////////////////////////////////7ABGohJgAJgACYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJMABMAATAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAASVUnqDRpoxGgaBiaADIDQAA0ZGgaAAwhiDJkAAaAA0DQyAA0GjE0GgAGmIMJphAyaAAANAFTYp8wn9AoNCY6HRGSistGo7MztFIpLTSqXTKbTmqn1Co1LENbEAkISAa2wgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUXa+36/4DA4LB4TC4bDvaBIQkA7wKBIQkBb3l6xOKxb3AIEhCQD6yYzG47Hv2QASEJAf69AJCEgIBg0IEhCQECwQJCEgGUQkISAyLTksnlMrlnh5ent8fX5/gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+goaKjpKWmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9F3JFOFCQeMQlmw',
    'base64',
  )

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
