/**
 * `pnpm bench calls [--calls 1000] [--seconds 10]`: paced calls on one core, against a server in C that does
 * nothing but queue and play (tools/load/echoref). Server and generator have a core each. Exit 1 when a
 * promised figure is missed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Figures, measure, printFigures, promisesMissed } from './calls-figures.ts'
import { compile, withoutCompiler, works } from './load-generator.ts'
import { network, runInOwnNetwork } from './own-network.ts'

type Running = { readonly child: ChildProcess; readonly port: number }
type Server = { readonly name: string; start(): Promise<Running> }

/** `taskset` gives the servers core 1 and the generator core 0; without it they share what there is. */
function onCore(core: number, command: readonly string[]): [string, string[]] {
  const all = pins ? ['taskset', '-c', String(core), ...command] : [...command]
  return [all[0] ?? '', all.slice(1)]
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function untilItListens(port: number): Promise<void> {
  const deadline = performance.now() + 5_000
  const tryOnce = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('connect', () => resolve(socket.destroy().destroyed))
      socket.once('error', () => setTimeout(() => resolve(false), 20))
    })
  while (!(await tryOnce())) {
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port} after 5 s`)
  }
}

function theFloor(echoref: string): Server {
  return {
    name: 'echoref paced (C)',
    async start() {
      const port = await freePort()
      const [command, args] = onCore(1, [echoref, String(port), 'paced', '300'])
      const child = spawn(command, args, { stdio: 'ignore' })
      await untilItListens(port)
      return { child, port }
    },
  }
}

function ours(name: string, flags: readonly string[]): Server {
  return {
    name,
    async start() {
      const script = join(import.meta.dirname, 'calls-server.ts')
      const node = [
        process.execPath,
        '--conditions=@portaria/source',
        ...profiling,
        script,
        ...flags,
      ]
      const [command, args] = onCore(1, node)
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const lines = createInterface({ input: child.stdout })
      const first = await new Promise<string>((resolve, reject) => {
        lines.once('line', resolve)
        child.once('exit', (code) =>
          reject(new Error(`${name} ended with ${code} before it listened`)),
        )
      })
      const { port } = JSON.parse(first) as { port: number }
      return { child, port }
    },
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** A run on a machine that was busy with other things says nothing: it is repeated, twice at most. */
async function run(server: Server, generator: string): Promise<Figures> {
  for (let tries = 1; ; tries++) {
    const { child, port } = await server.start()
    const [command, args] = onCore(0, [generator])
    const figures = measure(command, {
      args: [...args, ...generatorFlags, '--port', String(port), '--pid', String(child.pid)],
      name: server.name,
    })
    await stop(child)
    if (!figures.disturbed || tries === 3) return figures
    console.log(`${server.name}: thrown away, the machine was busy with something else`)
  }
}

async function bench(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'portaria-bench-'))
  try {
    const generator = compile(folder, 'callgen')
    const servers = [
      theFloor(compile(folder, 'echoref')),
      ours('Portaria, transport alone', []),
      ours('Portaria, with an ear a call', ['--ear']),
    ]
    const all: Figures[] = []
    for (const server of servers) all.push(await run(server, generator))
    console.log(
      `${values.calls} calls, ${values.seconds} s, Node ${process.versions.node}, network ${network}, ${pins ? 'a core each' : 'cores not pinned'}`,
    )
    printFigures(all)
    const missed = promisesMissed(all)
    for (const line of missed) console.log(`missed: ${line}`)
    return missed.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    'cpu-prof': { type: 'string' },
  },
})
const profiling =
  values['cpu-prof'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`]
const pins = availableParallelism() > 1 && works('taskset', ['-c', '1', 'true'])
const generatorFlags = [
  ...['--calls', values.calls, '--secs', values.seconds],
  ...['--cps', '500', '--warmup', '3', '--continuous'],
]

if (!works('gcc', ['--version'])) {
  console.log(`skipped: ${withoutCompiler}`)
} else {
  process.exitCode = runInOwnNetwork() ?? (await bench())
}
