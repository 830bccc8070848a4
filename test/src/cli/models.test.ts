import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePorts } from '@portaria/test-kit/free-ports'
import { afterAll, describe, expect, it } from 'vitest'
import { ownFolder, runPortaria } from './run-portaria.ts'

const model = Buffer.from('a model of 22 bytes ..')
const sha256 = createHash('sha256').update(model).digest('hex')
const server = createServer((request, response) => {
  if (request.url === '/mirror/asr-models/silero_vad.onnx') response.end(model)
  else if (request.url === '/mirror/asr-models/checksum.txt') {
    response.end(`silero_vad.onnx\t${sha256}\n`)
  } else if (request.url === '/unchecked/asr-models/silero_vad.onnx') response.end(model)
  else response.writeHead(404).end()
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const [port] = await freePorts(1)
const gone = `http://127.0.0.1:${port}`
const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
afterAll(() => server.close())

describe('portaria models', () => {
  it('pulls, finds and lists a model', async () => {
    await using folder = await ownFolder()
    const o = { cwd: folder.path, env: { PORTARIA_MODELS_URL: `${host}/mirror` } }
    const pulled = await runPortaria(['models', 'pull', 'silero-vad'], o)
    expect(pulled).toMatchObject({ code: 0, stderr: '' })
    expect(pulled.stdout).toContain(`sha256 ${sha256}, as the server's checksum.txt says`)
    const { stdout } = await runPortaria(['models', 'path', 'silero-vad'], o)
    expect(stdout).toBe(`${join(folder.path, 'data', 'models', 'silero-vad')}\n`)
    expect(await readFile(join(stdout.trim(), 'silero_vad.onnx'))).toEqual(model)
    const listed = await runPortaria(['models', 'list'], o)
    expect(listed.stdout).toMatch(/^silero-vad .*\[pulled\]$/mu)
    expect(listed.stdout).toMatch(/^whisper-base +whisper$/mu)
  })

  it('says aloud that nobody vouched for a model', async () => {
    await using folder = await ownFolder()
    await writeFile(
      join(folder.path, 'portaria.config.json'),
      JSON.stringify({
        plugins: { sherpa: { modelsUrl: `${host}/unchecked`, modelsDir: 'shared' } },
      }),
    )
    const { code, stdout } = await runPortaria(['models', 'pull', 'silero-vad'], {
      cwd: folder.path,
    })
    expect(code).toBe(0)
    expect(stdout).toContain('nobody vouched for it')
    expect(stdout).toContain(join(folder.path, 'shared', 'silero-vad'))
  })

  it.each([
    [['path', 'whisper-base'], 2, 'run portaria models pull whisper-base'],
    [['pull', 'nothing'], 2, 'Known: whisper-tiny'],
    [['pull', 'whisper-base'], 2, 'PORTARIA_MODELS_URL'],
    [['pull', 'silero-vad', '--url', gone], 1, 'ECONNREFUSED'],
  ])('answers %j with what to do', async (args, exit, words) => {
    await using folder = await ownFolder()
    const o = { cwd: folder.path, env: { PORTARIA_MODELS_URL: `${host}/mirror` } }
    const { code, stdout, stderr } = await runPortaria(['models', ...args], o)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toContain(words)
  })
})

describe('sherpa without a model', () => {
  it('ends the start with the command that brings one', async () => {
    await using folder = await ownFolder()
    await writeFile(join(folder.path, 'portaria.config.json'), '{ "stt": "sherpa" }')
    const { code, stderr } = await runPortaria(['serve', '--ramais', 'file', '--api-port', '0'], {
      cwd: folder.path,
    })
    expect(code).toBe(2)
    expect(stderr).toContain('portaria models pull whisper-base')
  })
})
