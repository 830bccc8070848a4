import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { selfSigned } from '../../../packages/core/test/api/self-signed.ts'
import { ownFolder, type Ran, runPortaria } from './run-portaria.ts'
import { configureRamal, servePortaria } from './serve-portaria.ts'

/** Files of a certificate that nobody else signed. */
async function certify(folder: string): Promise<readonly string[]> {
  const { cert, key } = selfSigned('portaria')
  await writeFile(join(folder, 'cert.pem'), cert)
  await writeFile(join(folder, 'key.pem'), key)
  return ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem']
}

describe('a daemon that speaks HTTPS everywhere', { timeout: 60_000 }, () => {
  it('is known on its own machine by its certificate, and elsewhere by none that is not signed', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    const env = { API_TOKEN: 'a token' }
    const args = ['--host', '0.0.0.0', ...(await certify(folder.path))]
    await using served = await servePortaria(folder.path, { args, env })
    expect(served.apiUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const run = (...words: string[]): Promise<Ran> => runPortaria(words, { cwd: folder.path })
    expect((await run('ramais', 'list')).stdout).toContain('1000/1001')
    const asked = ['ramais', 'list', '--url', served.apiUrl, '--token', 'a token']
    const stranger = await run(...asked)
    expect(stranger).toMatchObject({ code: 2, stdout: '' })
    expect(stranger.stderr).toMatch(/not trusted .*--ca FILE\.pem/)
    expect(await run(...asked, '--ca', 'cert.pem')).toMatchObject({ code: 0, stderr: '' })
    const login = ['login', '--url', served.apiUrl, '--token', 'a token', '--ca', 'cert.pem']
    expect(await run(...login)).toMatchObject({ code: 0, stderr: '' })
    expect(await run(...asked.slice(0, 4))).toMatchObject({ code: 0, stderr: '' })
  })
})
