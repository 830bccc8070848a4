import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, type TextToSpeech } from '@portaria/core/plugin'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import plugin from '../src/index.ts'
import { engineVersion, version } from '../src/version.ts'
import { hear, say, speechLevel } from './speech.ts'

const warnings: { fields: object; message: string }[] = []
const log: Log = {
  debug() {},
  info() {},
  warn: (fields, message) => void warnings.push({ fields, message }),
  error() {},
  child: () => log,
}

async function createVoice(o: { options?: object; dataDir: string; signal: AbortSignal }) {
  const result = await plugin.options['~standard'].validate(o.options ?? {})
  if (result.issues || !plugin.tts) throw new Error('the plugin takes these options')
  return plugin.tts(result.value, { log, signal: o.signal, dataDir: o.dataDir })
}

beforeEach(() => void warnings.splice(0))

describe('the offline voice', () => {
  const stop = new AbortController()
  let dataDir = ''
  let voice: TextToSpeech

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'espeak-voice-'))
    voice = await createVoice({ options: { cacheMegabytes: 0 }, dataDir, signal: stop.signal })
    await hear(await say(voice, 'Um instante.'))
  })
  afterAll(async () => {
    stop.abort()
    await rm(dataDir, { recursive: true })
  })

  it.each([
    { language: 'pt-BR', text: 'Condomínio Apoena, em que posso ajudar?' },
    { language: 'en', text: 'Good morning, how may I help you?' },
    { language: 'es', text: 'Buenos días, ¿en qué puedo ayudarle?' },
  ])(
    'speaks $language for a sane time, at about -20 dBFS, without clipping',
    async ({ language, text }) => {
      const speech = await say(voice, text, { language })
      expect(speech.rate).toBe(22_050)
      const { samples } = await hear(speech)
      const seconds = samples.length / speech.rate
      expect(seconds).toBeGreaterThan(text.length * 0.04)
      expect(seconds).toBeLessThan(text.length * 0.1)
      expect(Math.abs(speechLevel(samples) + 20)).toBeLessThan(2)
      expect(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeLessThan(
        31_500,
      )
      expect(warnings).toEqual([])
    },
  )

  it('speaks each language with its own sounds', async () => {
    const lengths = new Map<string, number>()
    for (const language of ['pt-BR', 'pt', 'en', 'es']) {
      const { samples } = await hear(
        await say(voice, 'Buenos días, ¿en qué puedo ayudarle?', { language }),
      )
      lengths.set(language, samples.length)
    }
    // The engine varies a sentence by a few milliseconds from one time to the next; languages differ by far more.
    const [ptBR = 0, pt = 0, en = 0, es = 0] = lengths.values()
    const alike = (a: number, b: number): boolean => Math.abs(a - b) < 0.01 * a
    expect(alike(ptBR, pt)).toBe(true)
    expect([alike(ptBR, en), alike(ptBR, es), alike(en, es)]).toEqual([false, false, false])
  })

  it('is heard within 10 ms of its first sample', async () => {
    for (const text of ['Condomínio Apoena.', 'Sim.', 'Fale agora.', 'Olá!']) {
      const { samples } = await hear(await say(voice, text))
      const onset = samples.findIndex((sample) => Math.abs(sample) >= 250)
      expect((onset * 1_000) / 22_050).toBeLessThanOrEqual(10)
    }
  })

  it('sends the first sound of a long sentence before the last is made', async () => {
    const { samples, chunks } = await hear(await say(voice, 'Aguarde mais um momento, por favor.'))
    expect(chunks).toBeGreaterThan(10)
    expect(samples.length / chunks).toBeLessThan(2_300)
  })

  it('says nothing for a text without a word', async () => {
    for (const text of [
      '',
      '  ',
      '...',
      '<break time="3s"/>'.replace(/\w+/g, ''),
      '😀',
      '\u0000',
    ]) {
      expect((await hear(await say(voice, text))).samples).toHaveLength(0)
    }
  })

  it('speaks markup instead of obeying it', async () => {
    const { samples } = await hear(await say(voice, 'Olá <break time="20s"/> você'))
    expect(samples.length / 22_050).toBeLessThan(5)
  })

  it('speaks faster and with another voice when asked', async () => {
    const { samples } = await hear(await say(voice, 'Condomínio Apoena.'))
    const fast = await hear(await say(voice, 'Condomínio Apoena.', { speed: 1.5 }))
    expect(fast.samples.length / samples.length).toBeLessThan(0.85)
    const woman = await hear(await say(voice, 'Condomínio Apoena.', { name: 'pt-br+f3' }))
    expect(woman.samples.length).toBeGreaterThan(0)
    expect(warnings).toEqual([])
  })

  it('says once that it does not know a voice, and speaks with its own', async () => {
    for (const name of ['pt-BR-AntonioNeural', 'xx-yy', '../../etc/passwd']) {
      for (const text of ['Sim.', 'Não.']) {
        expect((await hear(await say(voice, text, { name }))).samples.length).toBeGreaterThan(2_000)
      }
    }
    expect(warnings.map(({ fields }) => fields)).toEqual([
      { voice: 'pt-BR-AntonioNeural', spoken: 'pt-br' },
      { voice: 'xx-yy', spoken: 'pt-br' },
      { voice: '../../etc/passwd', spoken: 'pt-br' },
    ])
  })

  it('bounds what one text may take', async () => {
    const { samples } = await hear(await say(voice, 'palavra '.repeat(5_000)))
    expect(samples.length / 22_050).toBeLessThan(200)
  })

  it('is refused after its signal aborted', async () => {
    const gone = say(voice, 'Sim.', { signal: AbortSignal.abort(new Error('gone')) })
    await expect(gone).rejects.toThrow('gone')
  })

  it('names versions that are really installed', () => {
    expect(version).toBe(packageJson.version)
    expect(engineVersion).toBe(packageJson.dependencies['@echogarden/espeak-ng-emscripten'])
    expect(voice.cacheId).toContain(`espeak ${version}`)
  })

  it('refuses options that it does not know', async () => {
    for (const bad of [{ sped: 1 }, { pitch: 100 }, { wordsPerMinute: 'fast' }]) {
      expect((await plugin.options['~standard'].validate(bad)).issues).toHaveLength(1)
    }
  })
})

describe('what the offline voice keeps on disk', () => {
  let dataDir = ''
  let stop = new AbortController()
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'espeak-cache-'))
    stop = new AbortController()
  })
  afterEach(async () => {
    stop.abort()
    await rm(dataDir, { recursive: true })
  })

  async function entries(): Promise<string[]> {
    return readdir(join(dataDir, 'cache', 'espeak')).catch(() => [])
  }

  it('is found by the next start, without waiting for the engine', async () => {
    const first = await createVoice({ dataDir, signal: stop.signal })
    const spoken = await hear(await say(first, 'Condomínio Apoena.'))
    // The name that it has once it is written whole.
    const whole = expect.stringMatching(/^[0-9a-f]{64}\.pcm$/)
    await expect.poll(entries, { timeout: 10_000 }).toEqual([whole])
    stop.abort()

    // An engine that is stopped already never speaks.
    const second = await createVoice({ dataDir, signal: AbortSignal.abort() })
    const kept = await hear(await say(second, 'Condomínio Apoena.'))
    expect(kept.samples).toEqual(spoken.samples)
    expect(kept.chunks).toBe(1)
    await expect(hear(await say(second, 'Sim.'))).rejects.toThrow(/abort/i)
  })

  it('has one entry per text, language, speed and voice, and none of what was interrupted', async () => {
    const voice = await createVoice({ dataDir, signal: stop.signal })
    await hear(await say(voice, 'Sim.'))
    await hear(await say(voice, 'Sim.'))
    await hear(await say(voice, 'Sim.', { language: 'es' }))
    await hear(await say(voice, 'Sim.', { speed: 1.2 }))
    await hear(await say(voice, 'Sim.', { name: 'pt-br+f3' }))
    const speech = await say(voice, 'palavra '.repeat(200))
    for await (const chunk of speech.audio) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    await hear(await say(voice, 'Não.'))
    const kept = async () =>
      (await entries()).map((name) => name.replace(/^[0-9a-f]{64}/, 'sha256'))
    await expect
      .poll(kept, { timeout: 10_000 })
      .toEqual(Array.from({ length: 5 }, () => 'sha256.pcm'))
  })
})
