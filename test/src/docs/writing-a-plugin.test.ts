/** Runs the plugin that docs/writing-a-plugin.md shows: what an author copies works, and keeps the contract. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stripTypeScriptTypes } from 'node:module'
import { pathToFileURL } from 'node:url'
import { asPlugin } from '@portaria/core/plugins/plugin-shape'
import type { Plugin, TextToSpeech } from '@portaria/core/plugin'
import { silentLog } from '@portaria/core/log'
import { ttsConformance } from '@portaria/test-kit/conformance/tts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const page = join(import.meta.dirname, '../../../docs/writing-a-plugin.md')
/** Inside the package, where the plugin's imports are found; Node strips no types there, so that is done here. */
const folder = join(import.meta.dirname, '../../node_modules/.from-docs')

async function pluginOnThePage(): Promise<Plugin> {
  const [, code = ''] =
    /## The plugin\n[^]*?```ts\n([^]*?)```/u.exec(await readFile(page, 'utf8')) ?? []
  await mkdir(folder, { recursive: true })
  const path = join(folder, `http-voice-${process.pid}.mjs`)
  await writeFile(path, stripTypeScriptTypes(code))
  return asPlugin(await import(pathToFileURL(path).href), 'http-voice')
}

/** 300 ms of sound in odd chunks, as a vendor sends it; faults by the path that is asked. */
function answer(path: string, response: ServerResponse): void {
  if (path === '/busy') response.writeHead(429).end('slow down')
  else if (path === '/html') response.writeHead(502).end('<html>Bad gateway</html>')
  else if (path === '/drop') {
    response.writeHead(200).write(Buffer.alloc(999, 40))
    setImmediate(() => response.destroy())
  } else {
    response.writeHead(200)
    for (let sent = 0; sent < 9_600; sent += 999) response.write(Buffer.alloc(999, 40))
    response.end(Buffer.alloc(1, 40))
  }
}

describe('the plugin of docs/writing-a-plugin.md', () => {
  let plugin: Plugin
  let server: Server
  let url = ''
  let open = 0

  beforeAll(async () => {
    plugin = await pluginOnThePage()
    server = createServer((request, response) => {
      open += 1
      response.on('close', () => (open -= 1))
      request.resume().on('end', () => {
        if (request.headers.authorization === 'Bearer canary') answer(request.url ?? '', response)
        else response.writeHead(401).end('no')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  })

  async function make(o: { path?: string; key?: string } = {}): Promise<TextToSpeech> {
    const given = { url: `${url}${o.path ?? '/'}`, key: o.key ?? 'canary' }
    const result = await plugin.options['~standard'].validate(given)
    if (result.issues !== undefined || plugin.tts === undefined) throw new Error('it has options')
    const { signal } = new AbortController()
    return plugin.tts(result.value, { log: silentLog, signal, dataDir: '' })
  }

  const faults = [
    {
      title: 'a wrong key',
      retryable: false,
      message: /set plugins\.http-voice\.key/u,
      make: () => make({ key: 'canary-wrong' }),
    },
    { title: 'too many requests', retryable: true, make: () => make({ path: '/busy' }) },
    { title: 'a page in HTML', retryable: true, make: () => make({ path: '/html' }) },
    { title: 'sound that breaks off', retryable: true, make: () => make({ path: '/drop' }) },
  ]
  it.each(ttsConformance({ make: () => make(), faults, leftOpen: () => open }))(
    '$title',
    ({ run }) => run(),
  )

  it('has about forty lines, and no key in an error', async () => {
    const code = /```ts\n([^]*?)```/u.exec(await readFile(page, 'utf8'))?.[1] ?? ''
    expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(50)
    const voice = await make({ key: 'canary-wrong' })
    const { signal } = new AbortController()
    const asked = { rate: 8_000, language: 'pt-BR', voice: {}, signal } as const
    const error: unknown = await voice.synthesize('Olá', asked).catch((reason: unknown) => reason)
    expect(String(error)).toContain('wrong key')
    expect(JSON.stringify(error) + String(error)).not.toContain('canary')
  })
})
