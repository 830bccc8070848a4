import { type ChildProcess, fork } from 'node:child_process'
import { type Log, orAbort, ProviderError } from '@portaria/core/plugin'
import type { EngineConfig, Report, Request } from './messages.ts'

export type SuperviseOptions = {
  /** The module that the child runs. */
  readonly childUrl: URL
  /** Read before each start: a model may have been pulled anew. Throws what the user can mend. */
  readonly config: () => EngineConfig
  /** Such as `the model whisper-base`, and the command that brings it again. */
  readonly what: string
  readonly mend: string
  readonly limits: { readonly loadMs: number; readonly hangMs: number }
  readonly log: Log
  /** Ends the child for good. */
  readonly signal: AbortSignal
  /** After a first crash; doubled up to a minute. Default 500. */
  readonly pauseMs?: number
}

/** One loaded child. */
export type Link = {
  readonly speakers: number
  readonly rate: number
  send(request: Request): void
  /** Reports, until `lost`; returns what stops them. */
  subscribe(listener: LinkListener): () => void
}
export type LinkListener = {
  report(report: Report): void
  /** The child is gone: a retryable ProviderError. */
  lost(error: ProviderError): void
}

export type Supervisor = {
  /**
   * The running child, as soon as it has loaded. Rejects with a ProviderError: while it waits to be started again
   * (retryable), or when its model cannot be loaded (not retryable).
   */
  link(signal: AbortSignal): Promise<Link>
  /** Of the process that runs; null between two. */
  readonly pid: () => number | undefined
  /** Legs and sentences that use it now. */
  readonly users: () => number
}

const longestPauseMs = 60_000
/** A child that lived so long starts with the first pause again. */
const soundMs = 60_000

/**
 * Keeps one child process with one model: starts it at once, again after it ended, with growing pauses. Whoever used it
 * is told; nobody waits for a child that is not about to be there.
 */
export function supervise(o: SuperviseOptions): Supervisor {
  const listeners = new Set<LinkListener>()
  const firstPauseMs = o.pauseMs ?? 500
  let child: ChildProcess | null = null
  let loaded = Promise.withResolvers<Link>()
  let refusal: ProviderError | null = null
  let pauseMs = firstPauseMs
  let timer: NodeJS.Timeout | undefined

  const problem = (message: string, retryable: boolean): ProviderError =>
    new ProviderError('sherpa', `sherpa: ${message}`, { retryable })

  const start = (): void => {
    refusal = null
    loaded.promise.catch(() => undefined)
    let config: EngineConfig
    try {
      config = o.config()
    } catch (error) {
      return giveUp(problem(error instanceof Error ? error.message : String(error), false))
    }
    run(config)
  }

  /** The next child may do better: somebody may have mended it meanwhile. */
  const giveUp = (why: ProviderError): void => {
    o.log.error({ error: why.message, nextTryMs: pauseMs }, 'sherpa does not run')
    refusal = why
    loaded.reject(why)
    loaded = Promise.withResolvers()
    for (const listener of [...listeners]) listener.lost(why)
    listeners.clear()
    if (o.signal.aborted) return
    timer = setTimeout(start, pauseMs)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }

  const run = (config: EngineConfig): void => {
    const running = fork(o.childUrl, [], {
      serialization: 'advanced',
      // The keys of other providers are none of its business.
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child = running
    const startedMs = performance.now()
    let ready = false
    let unfit: string | null = null
    let lastWords = ''
    let hung = false
    let answered = true
    const kill = (): void => void running.kill('SIGKILL')
    const loading = setTimeout(() => {
      hung = true
      kill()
    }, o.limits.loadMs)
    const pulse = setInterval(() => {
      if (!ready) return
      if (!answered) {
        hung = true
        return kill()
      }
      answered = false
      send({ type: 'ping' })
    }, o.limits.hangMs)
    const send = (request: Request): void => {
      if (running.connected) running.send(request, undefined, undefined, () => undefined)
    }
    running.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = `${lastWords}${text}`.slice(-2_000)
    })
    running.on('error', () => undefined)
    running.on('message', (message) => {
      const report = message as Report
      if (report.type === 'pong') answered = true
      else if (report.type === 'unfit') {
        unfit = report.message
        kill()
      } else if (report.type === 'ready') {
        ready = true
        clearTimeout(loading)
        const { speakers, rate } = report
        const subscribe = (listener: LinkListener): (() => void) => {
          listeners.add(listener)
          return () => void listeners.delete(listener)
        }
        loaded.resolve({ speakers, rate, send, subscribe })
        o.log.info(
          { pid: running.pid, ms: Math.round(performance.now() - startedMs) },
          'sherpa has loaded its model',
        )
      } else for (const listener of [...listeners]) listener.report(report)
    })
    running.once('close', (code, exitSignal) => {
      clearTimeout(loading)
      clearInterval(pulse)
      child = null
      if (o.signal.aborted) return
      if (performance.now() - startedMs > soundMs) pauseMs = firstPauseMs
      const ended = hung ? 'it did not answer' : `it ended with ${exitSignal ?? code}`
      const said = sayings(lastWords)
      if (unfit !== null)
        giveUp(problem(`${o.what} cannot be loaded: ${unfit}${said}. ${o.mend}`, false))
      else if (ready)
        giveUp(problem(`the process that hears and speaks is gone: ${ended}${said}`, true))
      else giveUp(problem(`${o.what} cannot be loaded: ${ended}${said}. ${o.mend}`, hung))
    })
    send({ type: 'load', config })
  }

  const close = (): void => {
    clearTimeout(timer)
    const why = problem('it is stopping', true)
    refusal = why
    loaded.promise.catch(() => undefined)
    loaded.reject(why)
    for (const listener of [...listeners]) listener.lost(why)
    listeners.clear()
    child?.kill('SIGKILL')
  }

  if (o.signal.aborted) close()
  else {
    o.signal.addEventListener('abort', close, { once: true })
    start()
  }

  return {
    async link(signal) {
      signal.throwIfAborted()
      if (refusal !== null) throw refusal
      return await orAbort(loaded.promise, signal)
    },
    pid: () => child?.pid,
    users: () => listeners.size,
  }
}

/** Of what the child wrote only why it ended: sherpa also prints names that it was given as hints. */
function sayings(text: string): string {
  const lines = text.split('\n').filter((line) => /what\(\):|:Validate:/u.test(line))
  const line = lines.at(-1)?.trim().slice(0, 300) ?? ''
  return line === '' ? '' : ` (${line})`
}
