import { describe, expect, it } from 'vitest'
import { createHearing, type Hearing } from '../../src/call/hearing.ts'

const silence = new Int16Array(160)
const tone = Int16Array.from({ length: 160 }, (_, i) => 8_000 * Math.sin(i / 3))
const call = new AbortController().signal

/** Frames of 20 ms from `startMs` on: `s` is silence, `t` is sound. */
function hear(hearing: Hearing, startMs: number, pattern: string): void {
  Array.from(pattern).forEach((each, i) => {
    hearing.onAudio(each === 't' ? tone : silence, startMs + i * 20)
  })
}

describe('what a leg of the test phone hears', () => {
  it('knows the first frame, the first sound and every gap', () => {
    const hearing = createHearing()
    hear(hearing, 1_000, 'sst')
    expect(hearing).toMatchObject({ firstFrameMs: 1_000, firstAudibleMs: 1_040, frames: 3 })
    expect(hearing.gapsMs).toEqual([20, 20])
  })

  it('takes sound that goes on for no answer, and sound that begins after silence for one', async () => {
    const hearing = createHearing()
    hear(hearing, 0, 'ttt')
    const answer = hearing.begins({ sinceMs: 30, withinMs: 5_000, signal: call })
    hear(hearing, 60, 'tttsssst')
    expect(await answer).toBe(200)
  })

  it('calls it quiet only after sound since the last act, and the whole time of silence', async () => {
    const hearing = createHearing()
    hear(hearing, 0, 'tt')
    const settled: string[] = []
    const quiet = hearing
      .quiet({ sinceMs: 100, ms: 60, withinMs: 5_000, signal: call })
      .then((answer) => settled.push(`quiet ${String(answer)}`))
    hear(hearing, 100, 'sssssstss')
    await Promise.resolve()
    expect(settled).toEqual([])
    hear(hearing, 280, 's')
    await quiet
    expect(settled).toEqual(['quiet true'])
  })

  it('takes silence from the beginning neither for sound nor for the end of it', async () => {
    const hearing = createHearing()
    const waiting = { sinceMs: -Infinity, withinMs: 30, signal: call }
    const heard = hearing.heard(waiting)
    const quiet = hearing.quiet({ ...waiting, ms: 10 })
    hear(hearing, performance.now(), 'ssssss')
    expect(await heard).toBeNull()
    expect(await quiet).toBe(false)
  })

  it('gives up when the time is over', async () => {
    const hearing = createHearing()
    expect(await hearing.heard({ sinceMs: 0, withinMs: 5, signal: call })).toBeNull()
    expect(await hearing.quiet({ sinceMs: 0, ms: 0, withinMs: 5, signal: call })).toBe(false)
  })

  it('ends every wait at once when the call ends, also one that begins afterwards', async () => {
    const over = new AbortController()
    const hearing = createHearing()
    const waiting = hearing.heard({ sinceMs: 0, withinMs: 60_000, signal: over.signal })
    over.abort(new Error('the call is over'))
    await expect(waiting).rejects.toThrow('the call is over')
    const late = hearing.begins({ sinceMs: 0, withinMs: 60_000, signal: over.signal })
    await expect(late).rejects.toThrow('the call is over')
  })
})
