import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '@portaria/test-kit/free-ports'
import { cleanEnv, collect, launcher } from './run-portaria.ts'

/** A daemon of its own, started as a user starts it. */
export interface Served extends AsyncDisposable {
  readonly pid: number
  readonly apiUrl: string
  stdout(): string
  stderr(): string
  signal(name: NodeJS.Signals): void
  /** Closes the reading end of its standard output. */
  stopReading(): void
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>
}

/** Writes a ramal on free ports into `<folder>/data`; returns the ports. */
export async function configureRamal(folder: string): Promise<readonly [number, number]> {
  const [porta_ia = 0, porta_retorno = 0] = await freePorts(2)
  const ramal = {
    id: 1,
    ramal_ia: '1000',
    ramal_retorno: '1001',
    ip_servidor: '127.0.0.1',
    porta_ia,
    porta_retorno,
    condominio_id: 1,
  }
  await mkdir(join(folder, 'data'), { recursive: true })
  await writeFile(join(folder, 'data/ramais_config.json'), JSON.stringify({ ramais: [ramal] }))
  return [porta_ia, porta_retorno]
}

function servingLine(stdout: string): { api: string } | null {
  for (const line of stdout.split('\n')) {
    if (line.includes('"msg":"serving"')) return JSON.parse(line) as { api: string }
  }
  return null
}

/** Resolves when the daemon says that it serves; rejects with what it said when it ends before. */
export async function servePortaria(
  folder: string,
  o: {
    args?: readonly string[]
    env?: Readonly<Record<string, string>>
    /** Where ramais come from; the file by default. */
    ramais?: string
  } = {},
): Promise<Served> {
  const from = ['--ramais', o.ramais ?? 'file']
  const child = spawn(launcher, ['serve', '--api-port', '0', ...from, ...(o.args ?? [])], {
    cwd: folder,
    env: cleanEnv(o.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { stdout, stderr } = collect(child)
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const serving = Promise.withResolvers<{ api: string }>()
  child.stdout.on('data', () => {
    const line = servingLine(stdout())
    if (line) serving.resolve(line)
  })
  void ended.then((code) => serving.reject(new Error(`ended with ${code}: ${stderr()}${stdout()}`)))
  const { api } = await serving.promise
  return {
    pid: child.pid ?? 0,
    apiUrl: api,
    stdout,
    stderr,
    signal: (name) => void child.kill(name),
    stopReading: () => void child.stdout.destroy(),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
