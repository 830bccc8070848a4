/** The test phone against core's own AudioSocket server: sound only, no daemon behind it. */
import { randomUUID } from 'node:crypto'
import type { FrameSource } from '@portaria/core/audio/frames'
import { createPacer } from '@portaria/core/audio/pacer'
import { readWav } from '@portaria/core/audio/wav'
import { createAdmission } from '@portaria/core/audiosocket/admission'
import type { AudioSocketConnection } from '@portaria/core/audiosocket/connection'
import { startAudioSocketServer } from '@portaria/core/audiosocket/server'
import { silentLog } from '@portaria/core/log'
import { describe, expect, it, vi } from 'vitest'
import { parseScript } from '../../src/call/parse-script.ts'
import { placeCall } from '../../src/call/place-call.ts'
import { soundKey } from '../../src/call/step.ts'

type Door = {
  readonly port: number
  readonly digits: string[]
  readonly heard: number[]
  /** Samples that are not silence. */
  loud: number
} & AsyncDisposable

/** Says a tone of 200 ms after 100 ms, again 60 ms after each `#`, and hangs up after a `9`. */
async function openDoor(): Promise<Door> {
  const pacer = createPacer()
  const door = { digits: [] as string[], heard: [] as number[], loud: 0 }
  function attend(connection: AudioSocketConnection): void {
    let silence = 5
    let tone = 10
    const source: FrameSource = {
      fill(out) {
        if (silence-- > 0 || tone-- <= 0) return 0
        for (let i = 0; i < out.length; i++) out[i] = 8_000 * Math.sin(i / 4)
        return out.length
      },
    }
    connection.attach({
      sink: {
        onFrame(pcm) {
          door.heard.push(pcm.length)
          door.loud += pcm.filter((sample) => sample !== 0).length
        },
      },
      source,
      onDigit(digit) {
        door.digits.push(digit)
        if (digit === '#') [silence, tone] = [3, 10]
        if (digit === '9') connection.hangup()
      },
      onClosed: () => undefined,
    })
  }
  const server = await startAudioSocketServer({
    host: '127.0.0.1',
    port: 0,
    allow: null,
    admission: createAdmission(),
    pacer,
    onConnection: attend,
    log: silentLog,
  })
  return Object.assign(door, {
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      pacer[Symbol.dispose]()
    },
  })
}

async function call(
  door: Door,
  o: { script?: string; silent?: boolean; maxMs?: number; signal?: AbortSignal; port?: number },
): ReturnType<typeof placeCall> {
  using pacer = createPacer()
  const sound = new Int16Array(1_600).fill(900)
  return await placeCall({
    callId: randomUUID(),
    target: {
      hosts: ['127.0.0.1'],
      port: o.port ?? door.port,
      ramal: null,
      returnPort: null,
      api: null,
      stt: undefined,
      notes: [],
    },
    visitor:
      o.script === undefined ? [] : parseScript(o.script, { file: 'script', folder: '/sounds' }),
    resident: [],
    sounds: new Map([[soundKey({ from: 'file', path: '/sounds/a.wav' }), sound]]),
    silent: o.silent ?? false,
    record: true,
    pacer,
    watch: null,
    tell: () => undefined,
    maxMs: o.maxMs ?? 10_000,
    signal: o.signal ?? new AbortController().signal,
  })
}

describe('the test phone', () => {
  it('presses digits after it heard the doorman, and measures how soon it is answered', async () => {
    await using door = await openDoor()
    const { report } = await call(door, { script: 'heard\ndigits 501#\nquiet 300\ndigits 9' })
    expect(door.digits.join('')).toBe('501#9')
    expect(report).toMatchObject({ ended_by: 'server-hangup', decision: null, ramal: null })
    const { timings } = report
    // The door is never ahead of its pace; how far it is behind depends on the machine.
    expect(timings.first_audible_ms).toBeGreaterThanOrEqual(90)
    expect(timings.first_audible_ms).toBeLessThan(5_000)
    expect(timings.first_frame_ms).toBeGreaterThanOrEqual(0)
    expect(timings.first_frame_ms).toBeLessThanOrEqual(timings.first_audible_ms ?? 0)
    expect(timings.replies[0]).toMatchObject({ leg: 'visitor', after: 'presses 501#' })
    expect(timings.replies[0]?.delay_ms).toBeGreaterThanOrEqual(40)
    expect(timings.replies[0]?.delay_ms).toBeLessThan(5_000)
    expect(timings.pacing.frames).toBeGreaterThan(5)
    expect(timings.pacing.max_ms).toBeGreaterThan(10)
  })

  it('says a whole recording, and records what it heard', async () => {
    await using door = await openDoor()
    const { report, recording } = await call(door, { script: 'say a.wav\nquiet 500\nhangup' })
    expect(report.ended_by).toBe('us')
    await vi.waitFor(() => expect(door.loud).toBe(1_600), 10_000)
    const { samples } = readWav(recording ?? new Uint8Array())
    // The mix of both channels halves the one that was heard.
    const loud = samples.filter((sample) => Math.abs(sample) > 100).length
    expect(loud).toBeGreaterThan(1_400)
    expect(loud).toBeLessThan(1_700)
  })

  it('sends silence while it has nothing to say, and nothing at all when it is muted', async () => {
    await using door = await openDoor()
    await call(door, { script: 'heard\nhangup' })
    await vi.waitFor(() => expect(door.heard.length).toBeGreaterThan(0), 10_000)
    expect(door.loud).toBe(0)
    await using other = await openDoor()
    await call(other, { script: 'heard\nhangup', silent: true })
    expect(other.heard).toEqual([])
  })

  it('hangs up by itself when the time is over, and says so', async () => {
    await using door = await openDoor()
    const { report } = await call(door, { maxMs: 150 })
    expect(report).toMatchObject({ ended_by: 'us' })
    expect(report.notes).toEqual(['hung up by the test phone after 0.15 s'])
  })

  it('hangs up at once when it is interrupted, and still reports', async () => {
    await using door = await openDoor()
    const stop = new AbortController()
    const calling = call(door, { script: 'heard\nwait 60000', signal: stop.signal })
    setTimeout(() => stop.abort(new Error('interrupted')), 250)
    const { report } = await calling
    expect(report.ended_by).toBe('us')
    // Not the limit of 10 s: that would be noted.
    expect(report.notes).toEqual([])
  })

  it('ends the call when a step cannot be done, and says which', async () => {
    await using door = await openDoor()
    const calling = call(door, { script: 'heard\nresident-digits 1' })
    await expect(calling).rejects.toThrow('script:2: the resident')
  })

  it('says who did not answer', async () => {
    await using door = await openDoor()
    const { port } = door
    await door[Symbol.asyncDispose]()
    await expect(call(door, { port })).rejects.toThrow(`no AudioSocket answers (127.0.0.1:${port}`)
  })
})
