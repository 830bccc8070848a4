import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { isConfigError, messageOf } from '../../src/errors.ts'
import { ask } from './ask.ts'
import { startTestApi } from './daemon-for-tests.ts'
import { selfSigned } from './self-signed.ts'

const generous = { timeout: 10_000 }

/** A folder with `cert.pem` and `key.pem`, and the way to replace them as ACME clients do. */
async function aPair(pair: { cert: string; key: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'portaria-tls-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  async function write(file: 'cert' | 'key', text: string): Promise<void> {
    await writeFile(`${tls[file]}.new`, text)
    await rename(`${tls[file]}.new`, tls[file])
  }
  await write('cert', pair.cert)
  await write('key', pair.key)
  return { tls, write }
}

function aLog() {
  const lines: string[] = []
  const say = (_: object, message: string): void => void lines.push(message)
  const log = { debug: say, info: say, warn: say, error: say, child: () => log }
  return { log, lines }
}

describe('the HTTP API with a certificate', () => {
  test('speaks HTTPS only, and says so in its address', async () => {
    const pair = selfSigned('one')
    const { tls } = await aPair(pair)
    await using api = await startTestApi({ tls })
    expect(api.url).toBe(`https://127.0.0.1:${api.port}`)
    expect(await ask(`${api.url}/api/status`, { ca: pair.cert })).toMatchObject({ status: 200 })
    await expect(ask(`http://127.0.0.1:${api.port}/api/status`)).rejects.toThrow(
      /socket hang up|ECONNRESET/,
    )
    await expect(ask(`${api.url}/api/status`)).rejects.toThrow(/self-signed/)
  })

  test('obeys its own page, and not one that came without TLS', async () => {
    const pair = selfSigned('one')
    const { tls } = await aPair(pair)
    await using api = await startTestApi({ tls })
    const from = (origin: string) =>
      ask(`${api.url}/api/status`, { ca: pair.cert, headers: { origin } })
    expect((await from(api.url)).status).toBe(200)
    expect((await from(api.url.replace('https', 'http'))).status).toBe(403)
  })

  test('refuses TLS older than 1.2', async () => {
    const pair = selfSigned('one')
    const { tls } = await aPair(pair)
    await using api = await startTestApi({ tls })
    const socket = connect({
      port: api.port,
      host: '127.0.0.1',
      ca: pair.cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const { promise, resolve } = Promise.withResolvers<unknown>()
    socket.on('error', resolve).on('secureConnect', () => resolve(null))
    expect(messageOf(await promise)).toMatch(/protocol/i)
    socket.destroy()
  })

  test('takes a new certificate without a restart, and keeps the old one while half is new', async () => {
    const [before, after] = [selfSigned('before'), selfSigned('after')]
    const { tls, write } = await aPair(before)
    const { log, lines } = aLog()
    await using api = await startTestApi({ tls, log, certificateCheckMs: 5 })
    const works = async (ca: string) => (await ask(`${api.url}/healthz`, { ca })).status
    await write('cert', after.cert)
    await vi.waitFor(
      () => expect(lines).toContainEqual(expect.stringMatching(/does not belong.*stays in use/)),
      generous,
    )
    expect(await works(before.cert)).toBe(200)
    await write('key', after.key)
    await vi.waitFor(async () => expect(await works(after.cert)).toBe(200), generous)
    await expect(works(before.cert)).rejects.toThrow(/self-signed/)
    expect(lines.filter((line) => line.includes('does not belong'))).toHaveLength(1)
  })

  test('does not start without a good pair, and names the file and what is wrong with it', async () => {
    const [one, other] = [selfSigned('one'), selfSigned('other')]
    const { tls, write } = await aPair(one)
    async function refusal(files = tls): Promise<string> {
      const error: unknown = await startTestApi({ tls: files }).then(
        () => null,
        (thrown: unknown) => thrown,
      )
      expect(isConfigError(error)).toBe(true)
      return messageOf(error)
    }
    expect(await refusal({ ...tls, cert: '/nowhere/cert.pem' })).toMatch(
      /cannot read --tls-cert \/nowhere\/cert\.pem.*ENOENT/,
    )
    await write('cert', other.cert)
    expect(await refusal()).toMatch(/key\.pem \(--tls-key\) does not belong to .*cert\.pem/)
    await write('cert', 'nothing')
    expect(await refusal()).toMatch(/cert\.pem \(--tls-cert\) is no certificate in PEM form/)
    await write('cert', one.cert)
    await write('key', 'nothing')
    expect(await refusal()).toMatch(/key\.pem \(--tls-key\) is no private key in PEM form/)
  })
})
