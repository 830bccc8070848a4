import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { cleanEnv, collect, launcher, ownFolder, runPortaria } from './run-portaria.ts'

describe('the portaria command', () => {
  it('tells what it can do, from any folder', async () => {
    await using folder = await ownFolder()
    const { code, stdout, stderr } = await runPortaria(['--help'], { cwd: folder.path })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of [
      'serve',
      'call',
      'calls',
      'ramais',
      'db',
      'login',
      'turns',
      'plugins',
      'understand',
    ]) {
      expect(stdout).toContain(name)
    }
  })

  it('says nothing of a reader that has seen enough of its help', async () => {
    await using folder = await ownFolder()
    const child = spawn(
      'sh',
      ['-c', '"$0" --help | head -1; "$0" call --help | head -1', launcher],
      {
        cwd: folder.path,
        env: cleanEnv(),
      },
    )
    const { stderr } = collect(child)
    await once(child, 'close')
    expect(stderr()).toBe('')
  })

  it('works through a symlink', async () => {
    await using folder = await ownFolder()
    await symlink(launcher, join(folder.path, 'portaria'))
    const child = spawn(join(folder.path, 'portaria'), ['--version'], {
      cwd: folder.path,
      env: cleanEnv(),
    })
    const [code] = (await once(child, 'close')) as [number]
    expect(code).toBe(0)
  })

  it('runs the sources of a checkout when it is called as a package’s command', async () => {
    await using folder = await ownFolder()
    const linked = join(launcher, '../../node_modules/.bin/portaria')
    const child = spawn(linked, ['understand', 'decision'], { cwd: folder.path, env: cleanEnv() })
    const { stdout } = collect(child)
    const ended = once(child, 'close') as Promise<[number]>
    await vi.waitFor(
      async () =>
        expect(await readFile(`/proc/${child.pid}/cmdline`, 'utf8')).toContain('@portaria/source'),
      { timeout: 10_000, interval: 50 },
    )
    child.stdin.end('sim\n')
    const [code] = await ended
    expect(code).toBe(0)
    expect(stdout()).toContain('authorize')
  })

  it.each([
    [['sing'], 'no such command: sing'],
    [['serve', '--sing'], 'Nonexistent flag: --sing'],
    [['turns'], 'Missing 1 required arg'],
    [['call', '--silent', '--speak', 'oi'], '--speak'],
    [['call', '--count', '0'], 'greater than or equal to 1'],
    [['understand', 'decision', '--lang', 'fr'], 'pt-BR, en, es'],
  ])('answers wrong usage %j with one short block and exit code 2', async (args, words) => {
    await using folder = await ownFolder()
    const { code, stdout, stderr } = await runPortaria(args, { cwd: folder.path })
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(words)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stderr.split('\n').length).toBeLessThan(8)
  })

  it('prints an error as a document too when asked for JSON', async () => {
    await using folder = await ownFolder()
    const ran = await runPortaria(['turns', 'none.wav', '--json'], { cwd: folder.path })
    expect(ran.code).toBe(2)
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { exit: 2 } })
    expect(ran.stderr).toContain('cannot read none.wav')
  })

  it('ends without complaint when its reader goes away', async () => {
    await using folder = await ownFolder()
    const child = spawn(launcher, ['understand', 'decision'], {
      cwd: folder.path,
      env: cleanEnv(),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
    child.stdin.on('error', () => undefined)
    // Like `yes | portaria understand decision | head -1`: the input never ends.
    const feed = (): void => {
      while (child.stdin.write('sim\n'.repeat(1_000)));
      child.stdin.once('drain', feed)
    }
    child.stdout.once('data', () => child.stdout.destroy())
    feed()
    const [code] = (await once(child, 'close')) as [number]
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
