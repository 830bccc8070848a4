import {
  createQueue,
  createWholeSamples,
  type Heard,
  type Log,
  ProviderError,
  type SpeechToText,
  type Transcriber,
} from '@portaria/core/plugin'
import { sampleRateHz, type Report } from './messages.ts'
import { plainHints } from './plain-hints.ts'
import type { Link, Supervisor } from './supervise.ts'

/** Sound that waits longer than this is out of date: what follows is dropped. */
const mostBehindMs = 2_000

export type SherpaSttOptions = {
  readonly supervisor: Supervisor
  /** For messages. */
  readonly model: string
  /** What the model hears, such as pt; empty: anything. */
  readonly languages: readonly string[]
  readonly partials: boolean
  readonly finalMs: number
  readonly log: Log
}

/** Recognition in the child process. */
export function createSherpaStt(o: SherpaSttOptions): SpeechToText {
  let lastLeg = 0
  return {
    rates: [sampleRateHz],
    partials: o.partials,
    async open({ languages, signal }) {
      const language = languages[0] ?? 'pt-BR'
      const hears = (tag: string): boolean => tag.toLowerCase().startsWith(primaryOf(language))
      if (o.languages.length > 0 && !o.languages.some(hears)) {
        const mend = 'set plugins.sherpa.model to one that does (portaria models list)'
        throw failure(`the model ${o.model} does not hear ${language}: ${mend}`, false)
      }
      const link = await o.supervisor.link(signal)
      return createTranscriber({ ...o, link, leg: ++lastLeg, language, signal })
    },
  }
}

function failure(message: string, retryable: boolean): ProviderError {
  return new ProviderError('sherpa', `sherpa: ${message}`, { retryable })
}

export function primaryOf(language: string): string {
  return language.toLowerCase().split('-')[0] ?? ''
}

type Turn = {
  readonly number: number
  timer: NodeJS.Timeout | null
  readonly wholeSamples: (pcm: Uint8Array) => Uint8Array
  /** What the child has not worked off yet: how much, since when. */
  readonly behind: { bytes: number; readonly sinceMs: number }[]
}

function createTranscriber(
  o: SherpaSttOptions & { link: Link; leg: number; language: string; signal: AbortSignal },
): Transcriber {
  const { link, leg, language, signal } = o
  const turns = new Map<number, Turn>()
  let current: Turn | null = null
  let closed = false
  let droppedBytes = 0

  const close = (): void => {
    if (closed) return
    closed = true
    signal.removeEventListener('abort', close)
    unsubscribe()
    for (const turn of turns.values()) forget(turn)
    current = null
    queue.end()
  }
  const fail = (error: unknown): void => {
    queue.fail(error)
    close()
  }
  const queue = createQueue<Heard>({ onLeft: close })
  const unsubscribe = link.subscribe({ report: onReport, lost: fail })
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()

  function forget(turn: Turn): void {
    if (turn.timer !== null) clearTimeout(turn.timer)
    if (turns.get(turn.number) !== turn) return
    turns.delete(turn.number)
    link.send({ type: 'drop', leg, turn: turn.number })
  }

  function onReport(report: Report): void {
    if (!('leg' in report) || report.leg !== leg) return
    const turn = turns.get(report.turn)
    if (turn === undefined) return
    if (report.type === 'turn-failed')
      return fail(failure(`a turn failed: ${report.message}`, true))
    if (report.type === 'taken') return taken(turn, report.bytes)
    if (report.type !== 'heard') return
    if (report.part.type === 'done') {
      if (current === turn) current = null
      if (turn.timer !== null) clearTimeout(turn.timer)
      turns.delete(turn.number)
    }
    queue.push({ ...report.part, turn: turn.number })
  }

  function taken({ behind }: Turn, bytes: number): void {
    for (let left = bytes; left > 0;) {
      const [oldest] = behind
      if (oldest === undefined) return
      const part = Math.min(left, oldest.bytes)
      oldest.bytes -= part
      left -= part
      if (oldest.bytes === 0) behind.shift()
    }
  }

  function end(turn: Turn): void {
    if (current === turn) current = null
    link.send({ type: 'end', leg, turn: turn.number })
    const late = (): void => fail(failure(`a transcript took more than ${o.finalMs} ms`, true))
    turn.timer ??= setTimeout(late, o.finalMs)
  }

  return {
    begin(number, { hints }) {
      if (closed) return
      if (current !== null) end(current)
      const known = turns.get(number)
      if (known !== undefined) forget(known)
      current = { number, timer: null, wholeSamples: createWholeSamples(), behind: [] }
      turns.set(number, current)
      link.send({ type: 'begin', leg, turn: number, language, hints: plainHints(hints) })
    },
    write(pcm) {
      if (current === null || pcm.length === 0) return
      const [oldest] = current.behind
      if (oldest !== undefined && performance.now() - oldest.sinceMs > mostBehindMs) {
        if (droppedBytes === 0) o.log.warn({ leg }, 'sherpa is 2 s behind: sound is dropped')
        droppedBytes += pcm.length
        return
      }
      const whole = current.wholeSamples(pcm)
      if (whole.length === 0) return
      current.behind.push({ bytes: whole.length, sinceMs: performance.now() })
      link.send({ type: 'audio', leg, turn: current.number, pcm: whole })
    },
    end(number) {
      if (current?.number === number) end(current)
    },
    heard: queue.items,
    [Symbol.asyncDispose]() {
      close()
      return Promise.resolve()
    },
  }
}
