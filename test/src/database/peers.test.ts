import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { startTcpProxy } from '@portaria/test-kit/tcp-proxy'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ownFolder } from '../cli/run-portaria.ts'
import { servePortaria } from '../cli/serve-portaria.ts'
import { quietPorts } from '../support/quiet-ports.ts'
import { insertRow } from './rows.ts'
import { patience, serveTable } from './serve-table.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
}, 60_000)
afterAll(() => database[Symbol.asyncDispose]())
afterEach(() => database.sql('TRUNCATE extension_ia'))

/** Resolves when it is connected, or was refused. */
async function knock(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined)
  return socket
}

describe('what comes to the door of a ramal of the table', { timeout: 90_000 }, () => {
  it('row 18: 5,000 connections without a UUID from one address keep no call of that address out', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    await insertRow(database, { port: a, returnPort: b })
    await using site = await serveTable(database)
    await using early = await site.visitor(a)
    const sockets: Socket[] = []
    try {
      for (let wave = 0; wave < 20; wave++) {
        sockets.push(...(await Promise.all(Array.from({ length: 250 }, () => knock(a)))))
        if (wave !== 10) continue
        // In the middle of it, with thousands waiting.
        await using late = await site.visitor(a)
        await site.authorises(late, b)
      }
      await site.goesOn(early)
      await site.authorises(early, b)
      expect(site.daemon.snapshot().counters).toMatchObject({ calls_total: 2, authorized: 2 })
      // None of them is kept: each is closed, most of them long since.
      await vi.waitFor(
        () => expect(sockets.filter((socket) => !socket.destroyed)).toEqual([]),
        patience,
      )
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })

  it('row 19: a peer that vanishes without a word is let go, and a call beside it goes on', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    await using site = await serveTable(database)
    await using proxy = await startTcpProxy({ port: a })
    await using bystander = await site.visitor(a)
    await using lost = await site.visitor(proxy.port)
    expect(site.ramal(id)?.calls).toBe(2)
    proxy.stall()
    // The proxy's buffers have to be full before anybody can know.
    await vi.waitFor(() => expect(site.daemon.call(lost.uuid)?.state).toBe('ended'), {
      timeout: 45_000,
    })
    expect(site.ramal(id)?.calls).toBe(1)
    await site.authorises(bystander, b)
    proxy.resume()
  })

  it('row 15: a stopped daemon tells systemd nothing more, which then starts it anew', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    await insertRow(database, { port: a, returnPort: b })
    await using folder = await ownFolder()
    const told = join(folder.path, 'told')
    const bin = join(folder.path, 'bin')
    await mkdir(bin)
    await writeFile(told, '')
    // In place of the one that speaks to a service manager.
    await writeFile(join(bin, 'systemd-notify'), `#!/bin/sh\necho "$1" >>'${told}'\n`)
    await chmod(join(bin, 'systemd-notify'), 0o755)
    const lines = async (): Promise<string[]> => (await readFile(told, 'utf8')).split('\n')
    const beats = async (): Promise<number> =>
      (await lines()).filter((line) => line === 'WATCHDOG=1').length
    await using served = await servePortaria(folder.path, {
      ramais: 'postgres',
      env: {
        DATABASE_URL: database.url,
        AUDIOSOCKET_BIND: '127.0.0.1',
        PATH: `${bin}:${process.env['PATH']}`,
        NOTIFY_SOCKET: join(folder.path, 'notify'),
        WATCHDOG_USEC: '300000',
      },
    })
    await vi.waitFor(async () => expect(await lines()).toContain('READY=1'), patience)
    await vi.waitFor(async () => expect(await beats()).toBeGreaterThan(2), patience)
    served.signal('SIGSTOP')
    let last = -1
    // What was on its way arrives; then nothing more does.
    await vi.waitFor(
      async () => {
        const before = last
        last = await beats()
        expect(last).toBe(before)
      },
      { ...patience, interval: 1_000 },
    )
    served.signal('SIGCONT')
    await vi.waitFor(async () => expect(await beats()).toBeGreaterThan(last), patience)
  })
})
