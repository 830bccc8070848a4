import { vi } from 'vitest'
import { createCallRecord, type CallRecord } from '../../src/call/call-record.ts'
import type { Leg, LegListener } from '../../src/call/leg.ts'
import { createMouth } from '../../src/call/mouth.ts'
import { createPlayer } from '../../src/call/player.ts'
import { createEventLog, type EventLog, type Role } from '../../src/events.ts'
import { silentLog } from '../../src/log.ts'
import { growUtterance } from '../../src/speech/growing-utterance.ts'
import type { Utterance } from '../../src/speech/utterance.ts'

const frameMs = 20
const wordMs = 200

/** How long the voice takes for a sentence; `never` hangs, `fails` fails. 0: it is in memory. */
export type VoiceDelay = (sentence: string) => number | 'never' | 'fails'

export const clock = (): number => Date.now()

/** Of vitest: a test that calls it must restore the real ones. `setImmediate` stays real. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
}

/** All that is under way and waits for no timer. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => void setImmediate(resolve))
}

/** One leg in virtual time: mouth, player and record are real, but for the wire, the detector and the vendors. */
export interface VirtualLeg {
  readonly leg: Leg
  readonly record: CallRecord
  readonly events: EventLog
  /** What left for the peer, frame by frame: true where something sounded. */
  readonly frames: readonly boolean[]
  readonly listener: () => LegListener | null
  readonly pass: (ms: number) => Promise<void>
  /** Returns after how many ms it came true. */
  readonly until: (isThere: () => boolean, mostMs: number) => Promise<number>
  /** Speaks for `ms`; the words come `sttMs` after the end, as call/ears.ts tells them. '': nobody understands it. */
  readonly speak: (text: string | null, o?: { ms?: number; sttMs?: number }) => Promise<void>
  /** Nothing but a sound. */
  readonly knock: (ms: number) => Promise<void>
  readonly press: (keys: string) => Promise<void>
  /** The peer is gone. */
  readonly end: () => void
}

export function createVirtualLeg(o: {
  role: Role
  canHear: boolean
  voice?: VoiceDelay
}): VirtualLeg {
  const gone = new AbortController()
  const player = createPlayer()
  const events = createEventLog()
  const ramal = {
    ...{ id: 1, ramal_ia: '1000', ramal_retorno: '1001', ip_servidor: '127.0.0.1' },
    ...{ porta_ia: 8080, porta_retorno: 8081, condominio_id: 1 },
  }
  const record = createCallRecord({ callId: 'c', ramal, events, onChange() {} })
  const { role, canHear, voice = () => 0 } = o
  const mouth = createMouth({
    player,
    speak: (text, signal) => speakAfter(text, { ms: voice(text), signal }),
    onSaid: (text, interrupted) => record.said(role, text, interrupted),
    ...{ clock, signal: gone.signal, log: silentLog },
  })
  let listener: LegListener | null = null
  const frames: boolean[] = []

  async function pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += frameMs) {
      await settle()
      frames.push(player.fill(new Int16Array(160)) > 0)
      vi.advanceTimersByTime(frameMs)
    }
    await settle()
  }

  return {
    leg: {
      ...{ id: role, role, peer: 'test', rate: 8000, signal: gone.signal, mouth, canHear },
      listenWith(next) {
        listener = next
      },
      hangup: () => Promise.resolve(),
      cut() {},
    },
    ...{ record, events, frames, pass },
    listener: () => listener,
    async until(isThere, mostMs) {
      const sinceMs = clock()
      while (!isThere()) {
        if (clock() - sinceMs >= mostMs) throw new Error(`not within ${mostMs} ms of virtual time`)
        await pass(frameMs)
      }
      return clock() - sinceMs
    },
    async speak(text, { ms = 600, sttMs = 0 } = {}) {
      const onsetMs = clock()
      mouth.pause()
      listener?.onset(onsetMs)
      await pass(ms)
      const endMs = clock()
      await pass(300)
      const turn = { onsetMs, endMs, overMs: clock() }
      listener?.over?.(turn)
      await pass(sttMs)
      if (text === '' && mouth.resume()) listener?.falseStart()
      else listener?.turn({ ...turn, transcript: text === null ? null : { text } })
      await settle()
    },
    async knock(ms) {
      mouth.pause()
      listener?.onset(clock())
      await pass(ms)
      mouth.resume()
      listener?.falseStart()
      await settle()
    },
    async press(keys) {
      for (const digit of keys) {
        listener?.digit(digit)
        await pass(100)
      }
    },
    end: () => gone.abort(new Error('the leg is over')),
  }
}

function speakAfter(
  text: string,
  o: { ms: number | 'never' | 'fails'; signal: AbortSignal },
): Utterance {
  const utterance = growUtterance(text, 8000)
  const speak = (): void => {
    const words = text.split(' ').length
    utterance.push(new Int16Array((words * wordMs * 8000) / 1000).fill(9))
    utterance.finish(null)
  }
  if (o.ms === 'fails') utterance.finish(new Error('no voice'))
  else if (o.ms === 0) speak()
  else {
    const timer = o.ms === 'never' ? undefined : setTimeout(speak, o.ms)
    const stop = (): void => {
      clearTimeout(timer)
      utterance.finish(new Error('aborted'))
    }
    o.signal.addEventListener('abort', stop, { once: true })
  }
  return utterance
}
