import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Heard, isProviderError, type Log, type Transcriber } from '@portaria/core/plugin'
import { failureOf } from '@portaria/test-kit/conformance/check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import plugin from '../src/index.ts'
import { sherpaOptions } from '../src/options.ts'
import { silentLog, sttOf, superviseScript, voiceOf } from './providers.ts'
import type { Script } from './script.ts'
import { writeToyWhisper } from './toy-whisper.ts'

const soon = { timeout: 20_000 }
let stop = new AbortController()
const folders: string[] = []
afterEach(() => {
  stop.abort(new Error('the test is over'))
  stop = new AbortController()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const sound = new Uint8Array(new Int16Array(1_600).fill(6_000).buffer)
const asked = { hints: [], expect: 'open' } as const

async function open(stt: ReturnType<typeof sttOf>): Promise<Transcriber> {
  return await stt.open({ rate: 16_000, languages: ['pt-BR'], signal: stop.signal })
}

async function turn(transcriber: Transcriber, blocks = 3): Promise<Heard[]> {
  transcriber.begin(1, asked)
  for (let n = 0; n < blocks; n++) transcriber.write(sound)
  transcriber.end(1)
  const heard: Heard[] = []
  for await (const part of transcriber.heard) {
    heard.push(part)
    if (part.type === 'done') break
  }
  return heard
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a process that ends', () => {
  it('costs the legs in flight, which may ask again, and no later one', async () => {
    const script: Script = { say: 'quinhentos e um', fault: 'abort in a turn' }
    const supervisor = superviseScript(() => script, { signal: stop.signal })
    const stt = sttOf(supervisor)
    const [first, second] = [await open(stt), await open(stt)]
    const idle = failureOf(second.heard[Symbol.asyncIterator]().next())
    delete script.fault
    // The child read its script when it started: it aborts in this turn.
    const error = await failureOf(turn(first))
    expect(isProviderError(error) && error.retryable).toBe(true)
    expect(String(error)).toMatch(/SIGABRT/u)
    expect(isProviderError(await idle)).toBe(true)
    await using again = await vi.waitUntil(() => open(stt).catch(() => null), soon)
    expect(await turn(again)).toContainEqual({ type: 'final', turn: 1, text: 'quinhentos e um' })
  })

  it('says no name that it was given as a hint, neither in its error nor in the log', async () => {
    const lines: string[] = []
    const keep: Log['error'] = (fields, message) =>
      lines.push(JSON.stringify({ ...fields, message }))
    const log = { ...silentLog, info: keep, warn: keep, error: keep }
    const script: Script = { say: 'sim', fault: 'abort in a turn' }
    const leg = await open(
      sttOf(
        superviseScript(() => script, { signal: stop.signal, log }),
        { log },
      ),
    )
    leg.begin(1, { hints: ['Zulmira Canário'], expect: 'unit' })
    leg.write(sound)
    const error = await failureOf(leg.heard[Symbol.asyncIterator]().next())
    expect(String(error)).toMatch(/SIGABRT/u)
    expect([String(error), ...lines].join()).not.toMatch(/Zulmira/u)
    expect(lines.join()).toMatch(/does not run/u)
  })

  it('says at once that it does not run while it waits to start again', async () => {
    const signal = stop.signal
    const supervisor = superviseScript(() => ({ say: '', fault: 'unfit' }), {
      signal,
      pauseMs: 60_000,
    })
    const first = await failureOf(supervisor.link(signal))
    expect(String(first)).toMatch(/the scripted model cannot be loaded: it was told to be unfit/u)
    expect(isProviderError(first) && first.retryable).toBe(false)
    expect(await failureOf(supervisor.link(signal))).toBe(first)
  })

  it.each(['hang at load', 'hang in a turn'] as const)(
    'is ended when it does not answer: %s',
    async (fault) => {
      const script: Script = { say: 'sim', fault }
      const limits = { loadMs: fault === 'hang at load' ? 1_000 : 30_000, hangMs: 300 }
      const supervisor = superviseScript(() => script, { signal: stop.signal, limits })
      const stt = sttOf(supervisor)
      const error = await failureOf(open(stt).then(turn))
      expect(String(error)).toMatch(/did not answer/u)
      expect(isProviderError(error) && error.retryable).toBe(true)
    },
  )

  it('ends with the signal', async () => {
    const supervisor = superviseScript(() => ({ say: 'sim' }), { signal: stop.signal })
    await supervisor.link(stop.signal)
    const pid = supervisor.pid() ?? 0
    expect(isRunning(pid)).toBe(true)
    stop.abort(new Error('the daemon stops'))
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), soon)
    expect(isProviderError(await failureOf(supervisor.link(new AbortController().signal)))).toBe(
      true,
    )
  })

  it('does not outlive a daemon that was killed, and does not mind the terminal', async () => {
    const conditions = '--conditions=@portaria/source'
    const module = join(import.meta.dirname, 'supervise-until-killed.ts')
    const daemon = spawn(process.execPath, [conditions, module], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await once(daemon.stdout, 'data')) as [Buffer]
    const pid = Number(said.toString())
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal)
    expect(isRunning(pid)).toBe(true)
    daemon.kill('SIGKILL')
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), soon)
  })
})

describe('sound', () => {
  it('is dropped when the model is 2 s behind, said once, without the words', async () => {
    const lines: string[] = []
    const warn: Log['warn'] = (fields, message) =>
      lines.push(JSON.stringify({ ...fields, message }))
    const log = { ...silentLog, warn }
    const supervisor = superviseScript(() => ({ say: 'sim', fault: 'slow' }), {
      signal: stop.signal,
    })
    await using leg = await open(sttOf(supervisor, { log }))
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      leg.begin(1, asked)
      leg.write(sound)
      vi.advanceTimersByTime(2_100)
      for (let n = 0; n < 5; n++) leg.write(sound)
    } finally {
      vi.useRealTimers()
    }
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/behind/u)
  })

  it('goes with hints that are words and nothing else', async () => {
    const supervisor = superviseScript(() => ({ say: '', hintsAsText: true }), {
      signal: stop.signal,
    })
    await using leg = await open(sttOf(supervisor))
    const heard: string[] = []
    leg.begin(1, { hints: ['Daniel :2.0/X #1', "D'Ávila", '\u0000', ''], expect: 'unit' })
    leg.write(sound)
    leg.end(1)
    for await (const part of leg.heard) {
      if (part.type === 'final') heard.push(part.text)
      if (part.type === 'done') break
    }
    expect(heard).toEqual(["Daniel 2 0 X 1|D'Ávila"])
  })
})

it("speaks with its own voice when it is asked for another provider's, and with its others by number", async () => {
  const supervisor = superviseScript(() => ({ say: '' }), { signal: stop.signal })
  const voice = voiceOf(supervisor)
  const levelOf = async (name: string): Promise<number> => {
    const speech = await voice.synthesize('Sim.', {
      rate: 8_000,
      language: 'pt-BR',
      voice: { name },
      signal: stop.signal,
    })
    for await (const first of speech.audio) return Buffer.from(first).readInt16LE(0)
    return 0
  }
  expect(await levelOf('pt-BR-AntonioNeural')).toBe(5_000)
  expect(await levelOf('1')).toBe(5_001)
  expect(await levelOf('99')).toBe(5_000)
})

describe('with sherpa-onnx itself', () => {
  const context = (dataDir: string) => ({ log: silentLog, signal: stop.signal, dataDir })
  const modelFolder = (files: Record<string, string | Uint8Array>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'portaria-sherpa-test-'))
    folders.push(folder)
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return folder
  }
  const tokens = 'a 0\nb 1\n<blk> 2\n'
  const noise = randomBytes(10_000)
  const damaged = {
    whisper: { 'base-encoder.onnx': noise, 'base-decoder.onnx': noise, 'base-tokens.txt': tokens },
    'streaming zipformer': {
      'encoder-chunk-16.onnx': noise,
      'decoder.onnx': noise,
      'joiner.onnx': noise,
      'tokens.txt': tokens,
    },
  }

  it.each(Object.entries(damaged))(
    'a damaged %s model ends its process, not the daemon, and the error says how to mend it',
    async (_, files) => {
      const options = sherpaOptions.parse({ model: modelFolder(files) })
      const stt = await plugin.stt?.(options, context(''))
      if (stt === undefined) throw new Error('sherpa offers recognition')
      const error = await failureOf(open(stt))
      expect(String(error)).toMatch(/cannot be loaded: .*SIGABRT.*Protobuf.*its files/u)
      expect(isProviderError(error) && error.retryable).toBe(false)
    },
  )

  it('hears again when a damaged model was pulled anew', soon, async () => {
    const modelsDir = modelFolder({})
    const folder = join(modelsDir, 'whisper-base')
    mkdirSync(folder)
    for (const [name, content] of Object.entries(damaged.whisper)) {
      writeFileSync(join(folder, name), content)
    }
    const stt = await plugin.stt?.(sherpaOptions.parse({ modelsDir, threads: 1 }), context(''))
    if (stt === undefined) throw new Error('sherpa offers recognition')
    expect(String(await failureOf(open(stt)))).toMatch(/portaria models pull whisper-base --force/u)
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    writeToyWhisper(folder, { pt: 'Sim.', en: 'Yes.' })
    await using leg = await vi.waitUntil(() => open(stt).catch(() => null), soon)
    expect(await turn(leg)).toContainEqual({ type: 'final', turn: 1, text: 'Sim.' })
  })

  it('says which command brings a model that is not there', async () => {
    const data = modelFolder({})
    const make = async () => await plugin.stt?.(sherpaOptions.parse({}), context(data))
    const error = await failureOf(make())
    expect(String(error)).toMatch(/whisper-base is not in .*portaria models pull whisper-base/u)
    expect(isProviderError(error) && error.retryable).toBe(false)
  })

  it('does not take a voice for a recogniser', async () => {
    const folder = modelFolder({ 'voice.onnx': noise, 'tokens.txt': tokens, 'espeak-ng-data': '' })
    const make = async () => await plugin.stt?.(sherpaOptions.parse({ model: folder }), context(''))
    expect(String(await failureOf(make()))).toMatch(/is a voice: plugins\.sherpa\.model/u)
  })
})
