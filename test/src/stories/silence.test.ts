import { describe, expect, it } from 'vitest'
import { startGate } from '../support/start-gate.ts'

describe.concurrent('a visitor who is silent', { timeout: 90_000 }, () => {
  it.each([
    ['sends frames of silence', false],
    ['sends no frames at all', true],
  ])('and %s is asked again twice, and gets no goodbye before 30 s', async (_what, mute) => {
    await using gate = await startGate()
    await using visitor = await gate.visitor({ mute })
    const closed = await visitor.closed
    const lastedMs = performance.now() - visitor.connectedMs
    expect(closed).toMatchObject({ by: 'server-hangup' })
    const call = await gate.state(visitor.uuid, 'ended')
    expect(call).toMatchObject({ decision: null, end_reason: 'visitor-silent' })
    expect(call.transcript.filter((line) => /ainda está aí/.test(line.text))).toHaveLength(2)
    const goodbye = call.transcript.find((line) => /Até logo/.test(line.text))
    expect(Date.parse(goodbye?.at ?? '') - Date.parse(call.started_at)).toBeGreaterThan(30_000)
    expect(lastedMs).toBeLessThan(80_000)
    const gaps = visitor.frames.map(
      (frame, i) => frame.atMs - (visitor.frames[i - 1] ?? frame).atMs,
    )
    // A line that is dead between two questions is so for 8 s, and plays less than a third.
    expect(visitor.frames.length).toBeGreaterThan((lastedMs / 20) * 0.5)
    expect(Math.max(...gaps)).toBeLessThan(5_000)
  })
})
