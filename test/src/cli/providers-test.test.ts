import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startAiServer } from '@portaria/test-kit/emulators/ai-server'
import { startAzureSpeech } from '@portaria/test-kit/emulators/azure-speech'
import { describe, expect, it, vi } from 'vitest'
import { cleanEnv, collect, launcher, ownFolder, type Ran, runPortaria } from './run-portaria.ts'

type Shown = {
  ok: boolean
  language: string
  providers: {
    kind: string
    provider: string
    ok: boolean
    start_ms: number | null
    result: Record<string, unknown> | null
    error: { message: string; retryable: boolean } | null
  }[]
}

async function providersTest(
  args: readonly string[],
  o: { config?: object; env?: Record<string, string> } = {},
): Promise<Ran> {
  await using folder = await ownFolder()
  const { path } = folder
  await writeFile(join(path, 'portaria.config.json'), JSON.stringify(o.config ?? {}))
  return await runPortaria(['providers', 'test', ...args], { cwd: path, env: o.env ?? {} })
}

function shownBy({ stdout }: Ran): Shown {
  return JSON.parse(stdout) as Shown
}

const aNumber: unknown = expect.any(Number)
const greeting = 'Bom dia, tenho uma entrega para o apartamento 501.'
const recording = join(import.meta.dirname, '../../audio/000-clean.wav')

// One after another: several offline voices that start at once on a slow machine would be too late for a call.
describe('portaria providers test, with the offline voice', { timeout: 60_000 }, () => {
  it('tries what is chosen without any configuration: the offline voice and the rules', async () => {
    const ran = await providersTest(['--json'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const [tts, dialogue, ...others] = shownBy(ran).providers
    expect(others).toEqual([])
    expect(tts).toEqual({
      kind: 'tts',
      provider: 'espeak',
      ok: true,
      start_ms: aNumber,
      error: null,
      result: {
        said: greeting,
        first_byte_ms: aNumber,
        total_ms: aNumber,
        audio_ms: aNumber,
        real_time_factor: aNumber,
      },
    })
    expect(dialogue).toMatchObject({
      provider: 'rules',
      result: {
        asked: greeting,
        facts: { intent_type: 'entrega', apartment_number: '501' },
        ready: false,
        ending: null,
        first_word_ms: aNumber,
        total_ms: aNumber,
      },
    })
  })

  it('shows people how each did, and that nobody recognises speech', async () => {
    const ran = await providersTest(['--lang', 'en'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/^tts +espeak: ok, first byte \d+ ms, total \d+ ms/mu)
    expect(ran.stdout).toMatch(/^ +understood: .*apartment_number 501/mu)
    expect(ran.stdout).toMatch(/^stt +nobody is chosen/mu)
    expect(ran.stdout).toContain('Good morning')
  })

  it('speaks to a recogniser when there is no recording', async () => {
    await using azure = await startAzureSpeech({ said: ['bom dia'] })
    const plugins = { azure: { host: azure.host, key: azure.key } }
    const ran = await providersTest(['--stt', 'azure'], { config: { plugins } })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain('heard, from the voice of espeak: bom dia')
  })

  it('names a wrong key and what sets it, once, for each that is refused, and says who works', async () => {
    await using azure = await startAzureSpeech()
    const config = { plugins: { azure: { host: azure.host } } }
    const env = { AZURE_SPEECH_KEY: 'canary-key' }
    const ran = await providersTest(['--json'], { config, env })
    expect(ran.code).toBe(1)
    const { ok, providers } = shownBy(ran)
    expect(ok).toBe(false)
    const states = providers.map((each) => `${each.kind} ${each.provider} ${each.ok}`)
    expect(states).toEqual([
      'tts azure false',
      'tts espeak true',
      'stt azure false',
      'dialogue rules true',
    ])
    for (const { error } of providers.filter(({ provider }) => provider === 'azure')) {
      expect(error?.message).toMatch(/401.*plugins\.azure\.key.*AZURE_SPEECH_KEY/u)
      expect(error?.retryable).toBe(false)
    }
    expect(ran.stdout + ran.stderr).not.toContain('canary')
    expect(azure.syntheses).toHaveLength(0)
  })

  it('says a text of 10,000 characters', async () => {
    const ran = await providersTest([
      '--tts',
      'espeak',
      '--say',
      'a <b> & '.repeat(1_250),
      '--json',
    ])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(shownBy(ran).providers[0]?.result?.['audio_ms']).toBeGreaterThan(120_000)
  })
})

describe.concurrent('portaria providers test', { timeout: 60_000 }, () => {
  it('has a recogniser hear a recording at the pace of speech', async () => {
    await using azure = await startAzureSpeech({ said: ['sou o Pedro'] })
    const plugins = { azure: { host: azure.host, key: azure.key } }
    const ran = await providersTest(['--stt', 'azure', '--hear', recording, '--json'], {
      config: { plugins },
    })
    expect(ran.code).toBe(0)
    const { providers } = shownBy(ran)
    expect(providers).toMatchObject([
      {
        kind: 'stt',
        provider: 'azure',
        result: {
          sound: { from: 'file', name: recording },
          text: 'sou o Pedro',
          confidence: 0.9,
          first_word_ms: aNumber,
          final_ms: aNumber,
          after_turn_ms: aNumber,
          audio_ms: 3361,
        },
      },
    ])
    // The sound itself takes so long: it was not pushed through at once.
    expect(providers[0]?.result?.['total_ms']).toBeGreaterThan(2_000)
    await vi.waitFor(() => expect(azure.open()).toBe(0), { timeout: 10_000 })
  })

  it('takes the address of a dialogue that is not chosen from the environment', async () => {
    await using server = await startAiServer()
    const ask = 'entrega para o 302'
    const ran = await providersTest(['--ai', 'ai-http', '--ask', ask, '--json'], {
      env: { AI_API_URL: server.url },
      config: { dialogue: 'rules' },
    })
    expect(ran.code).toBe(0)
    expect(shownBy(ran).providers).toMatchObject([
      {
        kind: 'dialogue',
        provider: 'ai-http',
        result: { asked: ask, text: 'Certo. Vou chamar o apartamento 302.', ready: true },
      },
    ])
    expect(server.asked).toMatchObject([{ content: ask }])
  })

  it.each([
    ['a refused key', { type: 'status', status: 401 }, /401/u, false],
    ['an HTML page', { type: 'status', status: 502, text: '\u001b[31m' }, /502/u, true],
    ['garbage', { type: 'body', body: '\u0000\u001b]0;x\u0007' }, /AI_API_URL|JSON|answer/u, true],
    ['a server that never answers', { type: 'hang' }, /took more than|time/u, true],
  ] as const)('tells what is wrong with a dialogue: %s', async (_what, fault, words, retryable) => {
    await using server = await startAiServer()
    server.misbehave(fault)
    const env = { AI_API_URL: server.url }
    const ran = await providersTest(['--ai', 'ai-http', '--json'], { env })
    expect(ran.code).toBe(1)
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    expect(ran.stdout + ran.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u)
    const [tested] = shownBy(ran).providers
    expect(tested?.error?.message).toMatch(words)
    expect(tested?.error?.retryable).toBe(retryable)
    expect(server.asked).toHaveLength(1)
    await vi.waitFor(() => expect(server.connections).toBe(0), { timeout: 10_000 })
  })

  it.each([
    ['tts', { synthesis: 'near-silence' }, /silence instead of speech/u],
    ['tts', { synthesis: 'nothing' }, /./u],
    ['tts', { synthesis: 'hang' }, /took more than/u],
    ['tts', { synthesis: 'garbage' }, /./u],
    ['tts', { connect: 'html' }, /502/u],
    ['stt', { connect: 401 }, /401.*AZURE_SPEECH_KEY/u],
    ['stt', { recognition: 'silent' }, /took more than/u],
    ['stt', { recognition: 'drop' }, /./u],
    ['stt', { recognition: 'garbage' }, /./u],
  ] as const)('ends, and tells what is wrong with %s: %j', async (kind, faults, words) => {
    await using azure = await startAzureSpeech()
    Object.assign(azure.faults, faults)
    const plugins = { azure: { host: azure.host, key: azure.key } }
    const args = [`--${kind}`, 'azure', '--hear', recording, '--json']
    const ran = await providersTest(args, { config: { plugins } })
    expect(ran.code).toBe(1)
    const [tested] = shownBy(ran).providers
    expect(tested).toMatchObject({ kind, ok: false, result: null })
    expect(tested?.error?.message).toMatch(words)
    await vi.waitFor(() => expect(azure.open()).toBe(0), { timeout: 10_000 })
  })

  it('tells of each that is missing or takes no such options, and tries the others', async () => {
    const args = ['--ai', 'no-such', '--ai', 'rules', '--tts', 'azure']
    const ran = await providersTest(args)
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/^tts +azure: FAILED\n[^]*AZURE_SPEECH_KEY/mu)
    expect(ran.stdout).toMatch(
      /^dialogue +no-such: FAILED\n.*npm install portaria-plugin-no-such/mu,
    )
    expect(ran.stdout).toMatch(/^dialogue +rules: ok/mu)
  })

  it.each([
    [['--hear', 'none.wav'], /cannot read none\.wav/u],
    [['--hear', 'portaria.config.json'], /portaria\.config\.json: .*WAV/u],
    [['--say', ' '], /--say holds no text/u],
    [['--ask', ''], /--ask holds no text/u],
    [['--lang', 'fr'], /pt-BR/u],
    [['--timeout', '0'], /greater than or equal to 1/u],
  ])('refuses %j, and says why', async (args, words) => {
    const ran = await providersTest(args)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toMatch(words)
  })

  it('ends a test that takes longer than it may', async () => {
    await using azure = await startAzureSpeech()
    azure.faults.connect = 'hang'
    const plugins = { azure: { host: azure.host, key: azure.key } }
    const ran = await providersTest(['--tts', 'azure', '--timeout', '1', '--json'], {
      config: { plugins },
    })
    expect(ran.code).toBe(1)
    expect(shownBy(ran).providers[0]?.error).toEqual({
      message: 'the whole test of azure took more than 1000 ms',
      retryable: true,
    })
    await vi.waitFor(() => expect(azure.open()).toBe(0), { timeout: 10_000 })
  })

  it('ends at Ctrl-C, whatever it waits for', async () => {
    await using server = await startAiServer()
    server.misbehave({ type: 'hang' })
    await using folder = await ownFolder()
    const child = spawn(launcher, ['providers', 'test', '--ai', 'ai-http'], {
      cwd: folder.path,
      env: cleanEnv({ AI_API_URL: server.url }),
    })
    const { stdout } = collect(child)
    await vi.waitFor(() => expect(server.asked).toHaveLength(1), { timeout: 20_000 })
    child.kill('SIGINT')
    const [code] = (await once(child, 'close')) as [number]
    expect({ code, stdout: stdout() }).toEqual({ code: 130, stdout: '' })
    await vi.waitFor(() => expect(server.connections).toBe(0), { timeout: 10_000 })
  })
})
