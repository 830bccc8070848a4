import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '@portaria/test-kit/free-ports'
import type { Fault } from '@portaria/test-kit/delayed-providers'
import type { ToneSpeech } from '@portaria/test-kit/word-tones'
import type { TurnView } from '@portaria/core/status'

/** What a first provider does wrong with every n-th turn or sentence; another one stands behind it. */
export type Failing = {
  readonly kind: 'stt' | 'tts' | 'dialogue'
  readonly fault: Fault
  readonly every: number
  /** Where a fault in the middle of a sentence comes: after so many ms, the next times later by `stepMs`. */
  readonly cut?: { readonly fromMs: number; readonly stepMs: number }
}

/** How a daemon under test is set up. Times in ms. */
export type Scenario = {
  readonly finalAfterMs: number
  readonly firstTokenMs: number
  readonly firstByteMs: number
  readonly speech: ToneSpeech
  readonly speculative: boolean
  /** What every reply says. */
  readonly reply: string
  readonly silenceMs: number
  readonly failing: readonly Failing[]
  /** First providers that fail, or would, with others behind them. Default: those that are failing. */
  readonly withOthers?: boolean
}

/** What is open in the server's process. */
export type Open = {
  /** As `process.getActiveResourcesInfo()` names them. */
  readonly resources: { readonly [kind: string]: number }
  /** The most listeners that one signal has that was given to a provider. */
  readonly listeners: number
  readonly bytes: number
  readonly warnings: readonly string[]
  readonly calls: number
}

export type Asked =
  | { readonly ask: 'start'; readonly dataDir: string; readonly scenario: Scenario }
  | { readonly ask: 'stop'; readonly daemon: number }
  | { readonly ask: 'turns'; readonly daemon: number; readonly uuid: string }
  | { readonly ask: 'open' }

/** A daemon in the server's process, with one ramal. */
export type Served = {
  readonly port: number
  turns(uuid: string): Promise<readonly TurnView[]>
  stop(): Promise<void>
}

export type VoiceServer = {
  start(scenario: Scenario): Promise<Served>
  open(): Promise<Open>
  close(): Promise<void>
}

/** The process in which daemons are tested. */
export function startVoiceServer(dataDir: string): VoiceServer {
  const child = fork(new URL('./voice-server.ts', import.meta.url), [], {
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  const ask = createAsk(child)
  let folders = 0
  return {
    async start(scenario) {
      const folder = join(dataDir, `daemon-${folders++}`)
      const [port = 0, returnPort = 0] = await freePorts(2)
      await writeRamais(folder, { port, returnPort })
      const daemon = (await ask({ ask: 'start', dataDir: folder, scenario })) as number
      return {
        port,
        turns: (uuid) => ask({ ask: 'turns', daemon, uuid }) as Promise<readonly TurnView[]>,
        stop: async () => void (await ask({ ask: 'stop', daemon })),
      }
    },
    open: () => ask({ ask: 'open' }) as Promise<Open>,
    async close() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

function createAsk(child: ChildProcess): (asked: Asked) => Promise<unknown> {
  const waiting = new Map<number, (answer: unknown) => void>()
  let asked = 0
  child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  child.on('exit', (code) => {
    if (waiting.size > 0) throw new Error(`the daemon under test ended with ${code}`)
  })
  return (what) =>
    new Promise((resolve) => {
      const id = asked++
      waiting.set(id, resolve)
      child.send({ id, ...what })
    })
}

async function writeRamais(folder: string, o: { port: number; returnPort: number }): Promise<void> {
  const ramal = {
    id: 1,
    ramal_ia: '1000',
    ramal_retorno: '1001',
    ip_servidor: '127.0.0.1',
    porta_ia: o.port,
    porta_retorno: o.returnPort,
    condominio_id: 1,
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'ramais_config.json'), JSON.stringify({ ramais: [ramal] }))
}
