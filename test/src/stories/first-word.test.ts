import type { SpeechToText } from '@portaria/core/plugin'
import { createScriptedStt } from '@portaria/test-kit/scripted-stt'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { recordingOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

/** A recogniser that keeps what it is sent of the first turn. */
function createRecorder() {
  const script = createScriptedStt({ legs: [['oi']] })
  const sent: number[] = []
  const stt: SpeechToText = {
    ...script,
    async open(o) {
      const opened = await script.open(o)
      let turns = 0
      return {
        ...opened,
        begin(turn, options) {
          turns += 1
          opened.begin(turn, options)
        },
        write(pcm) {
          const samples = Buffer.from(pcm)
          for (let at = 0; turns === 1 && at + 1 < samples.length; at += 2) {
            sent.push(samples.readInt16LE(at))
          }
          opened.write(pcm)
        },
      }
    },
  }
  return { stt, sent }
}

/** Where `part` begins in `whole`; -1: nowhere. */
function indexOf(whole: readonly number[], part: Int16Array): number {
  return whole.findIndex((_, at) => part.every((sample, n) => whole[at + n] === sample))
}

/** What is sent of a recording that is played to a gate. */
async function sentOf(samples: Int16Array): Promise<readonly number[]> {
  const { stt, sent } = createRecorder()
  await using gate = await startGate({ hears: [], providers: { stt } })
  await using visitor = await gate.visitor()
  await gate.said('visitor', /posso ajudar/)
  await visitor.quiet(200)
  await visitor.speak(samples)
  // A machine that stalls tears a word in two: then there may be no turn.
  await Promise.race([gate.event((e) => e.type === 'heard'), pause(5_000)])
  return sent
}

/** A machine that stalls may be late to notice one of them, but never all. */
const mostTries = 5

describe.concurrent('what a recogniser is sent of a turn', { timeout: 240_000 }, () => {
  it.each(['000-clean', '002-clean', '002-street15', '004-clean', '005-clean', '005-street5'])(
    'begins at least 300 ms before the first word of %s, and lacks no sample of it',
    async (name) => {
      const { samples, startMs, endMs } = recordingOf(name)
      const spoken = samples.subarray(startMs * 8, endMs * 8)
      const leads: number[] = []
      while (leads.length < mostTries && !leads.some((ms) => ms >= 300)) {
        leads.push(indexOf(await sentOf(samples), spoken) / 8)
      }
      expect(Math.max(...leads)).toBeGreaterThanOrEqual(300)
    },
  )
})
