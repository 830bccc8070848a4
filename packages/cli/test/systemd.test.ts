import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog, type Log } from '@portaria/core/log'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startSystemd } from '../src/systemd.ts'

/** Where a `systemd-notify` writes its arguments, since no service manager listens in a test. */
async function aSystem() {
  const folder = await mkdtemp(join(tmpdir(), 'portaria-systemd-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const told = join(folder, 'told')
  const program = join(folder, 'systemd-notify')
  await writeFile(told, '')
  await writeFile(program, `#!/bin/sh\necho "$1" >>'${told}'\n`)
  await chmod(program, 0o755)
  return {
    env: { PATH: `${folder}:${process.env['PATH']}`, NOTIFY_SOCKET: join(folder, 'notify') },
    told: async () => (await readFile(told, 'utf8')).split('\n').filter((line) => line !== ''),
  }
}

const count = (lines: readonly string[], line: string) => lines.filter((one) => one === line).length

describe('what systemd is told', () => {
  it('is nothing where nobody asks', async () => {
    const system = await aSystem()
    await using systemd = startSystemd({
      env: { ...system.env, NOTIFY_SOCKET: '' },
      pid: 1,
      log: silentLog,
    })
    systemd.ready()
    await systemd[Symbol.asyncDispose]()
    expect(await system.told()).toEqual([])
  })

  it('is that the daemon is ready, and that it stops', async () => {
    const system = await aSystem()
    const systemd = startSystemd({ env: system.env, pid: 1, log: silentLog })
    systemd.ready()
    systemd.stopping()
    await systemd[Symbol.asyncDispose]()
    expect(await system.told()).toEqual(['READY=1', 'STOPPING=1'])
  })

  it('is that the event loop turns, as often as the unit asks and no longer than it does', async () => {
    const system = await aSystem()
    const env = { ...system.env, WATCHDOG_USEC: '300000', WATCHDOG_PID: '77' }
    const others = startSystemd({ env, pid: 78, log: silentLog })
    await using _ours = startSystemd({ env, pid: 77, log: silentLog })
    await vi.waitFor(
      async () => expect(count(await system.told(), 'WATCHDOG=1')).toBeGreaterThan(2),
      { timeout: 10_000 },
    )
    await others[Symbol.asyncDispose]()
  })

  it('ends with a process that is killed, and stays away while one is stopped', async () => {
    const system = await aSystem()
    const program = `
      import { startSystemd } from '${join(import.meta.dirname, '../src/systemd.ts')}'
      const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
      startSystemd({ env: process.env, pid: process.pid, log })`
    const env = { ...system.env, WATCHDOG_USEC: '90000' }
    const daemon = spawn(
      process.execPath,
      ['--conditions=@portaria/source', '--input-type=module', '-e', program],
      { env, stdio: 'inherit' },
    )
    onTestFinished(() => void daemon.kill('SIGKILL'))
    const beats = async () => count(await system.told(), 'WATCHDOG=1')
    await vi.waitFor(async () => expect(await beats()).toBeGreaterThan(1), { timeout: 10_000 })
    daemon.kill('SIGSTOP')
    // What was on its way arrives; then nothing more does, however long one looks.
    let last = -1
    await vi.waitFor(
      async () => {
        const before = last
        last = await beats()
        expect(last).toBe(before)
      },
      { timeout: 10_000, interval: 500 },
    )
    daemon.kill('SIGCONT')
    await vi.waitFor(async () => expect(await beats()).toBeGreaterThan(last), { timeout: 10_000 })
    const gone = once(daemon, 'exit')
    daemon.kill('SIGKILL')
    await gone
  })

  it('is missed once, with the remedy, where there is no systemd-notify', async () => {
    const warned: string[] = []
    const log: Log = { ...silentLog, warn: (_, message) => void warned.push(message) }
    const env = { PATH: '/nowhere', NOTIFY_SOCKET: '/run/notify' }
    const systemd = startSystemd({ env, pid: 1, log })
    await vi.waitFor(() => expect(warned).toHaveLength(1), { timeout: 10_000 })
    systemd.ready()
    await systemd[Symbol.asyncDispose]()
    expect(warned[0]).toMatch(/systemd is not told/)
  })
})
