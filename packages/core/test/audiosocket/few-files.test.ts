import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { connectAudioSocket } from '../../src/audiosocket/client.ts'
import { until, uuid } from './a-server.ts'

const filesAllowed = 64

test('a daemon that runs out of file descriptors lives on and answers when some are free', async () => {
  const script = join(import.meta.dirname, 'serve-until-told.ts')
  const command = `ulimit -n ${filesAllowed}; exec "$0" --conditions=@portaria/source "$1"`
  const child = spawn('sh', ['-c', command, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  try {
    await until('the port', () => lines.some((line) => line.startsWith('port ')))
    const port = Number(lines[0]?.slice('port '.length))
    const abort = new AbortController()
    const call = (id: string | null) =>
      connectAudioSocket({ host: '127.0.0.1', port, uuid: id, signal: abort.signal })
    const phones = await Promise.all(Array.from({ length: 2 * filesAllowed }, () => call(null)))
    // Those for which no descriptor was left are closed by the server (libuv keeps one in reserve for that).
    await Promise.race(phones.map((phone) => phone.closed))
    expect(child.exitCode).toBeNull()
    for (const phone of phones) phone.reset()
    await until('a call', () => {
      void call(uuid).catch(() => null)
      return lines.includes(`call ${uuid}`)
    })
    expect(child.exitCode).toBeNull()
    abort.abort()
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})
