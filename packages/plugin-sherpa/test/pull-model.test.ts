import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isConfigError, isProviderError } from '@portaria/core/plugin'
import { failureOf } from '@portaria/test-kit/conformance/check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findModel, pullModel, type PullOptions } from '../src/models.ts'
import { whisperTiny } from './packed.ts'

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
