/** What Azure's service sees of a call: whose voice is asked for, how often, and when it may stop. */
import { silentLog } from '@portaria/core/log'
import type { Dialogue, TextToSpeech } from '@portaria/core/plugin'
import plugin from '@portaria/plugin-azure'
import { type AzureSpeech, startAzureSpeech } from '@portaria/test-kit/emulators/azure-speech'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { describe, expect, it, vi } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

const patience = { timeout: 20_000 }

type Voice = Disposable & { readonly tts: TextToSpeech }

async function voiceOf({ host }: AzureSpeech, key: string): Promise<Voice> {
  const parsed = await plugin.options['~standard'].validate({ host, key })
  if (parsed.issues !== undefined) throw new TypeError('the options are wrong')
  const life = new AbortController()
  const context = { log: silentLog, signal: life.signal, dataDir: '/none' }
  const tts = await plugin.tts?.(parsed.value, context)
  if (tts === undefined) throw new TypeError('there is no voice')
  return { tts, [Symbol.dispose]: () => life.abort(new Error('the daemon stops')) }
}

/** Says one thing after the other. */
function saying(...texts: readonly string[]): Dialogue {
  const left = [...texts]
  const conversation = {
    async *reply() {
      yield { type: 'say', text: left.shift() ?? 'Certo.' } as const
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return { speculative: false, open: () => Promise.resolve(conversation) }
}

describe.concurrent('a voice of Azure', { timeout: 90_000 }, () => {
  it('is asked for the voice, the pace and the style of the condomínio, once for each phrase', async () => {
    await using azure = await startAzureSpeech()
    using voice = await voiceOf(azure, azure.key)
    const own = { name: 'pt-BR-FranciscaNeural', speed: 1.2, style: 'cheerful' }
    await using gate = await startGate({
      condominiums: { 1: { name: 'Ipê', voice: own, greeting: 'Condomínio Ipê, bom dia.' } },
      providers: { tts: voice.tts },
    })
    for (let call = 0; call < 3; call++) {
      await using visitor = await gate.visitor()
      await visitor.heard()
    }
    const greetings = azure.syntheses.filter(({ text }) => text === 'Condomínio Ipê, bom dia.')
    expect(greetings).toHaveLength(1)
    for (const { voice: name, ssml } of azure.syntheses) {
      expect(name).toBe('pt-BR-FranciscaNeural')
      expect(ssml).toContain('<prosody rate="+20%">')
      expect(ssml).toContain('<mstts:express-as style="cheerful">')
    }
  })

  it('makes no more of a sentence that the visitor speaks over', async () => {
    await using azure = await startAzureSpeech({ blockEveryMs: 60 })
    using voice = await voiceOf(azure, azure.key)
    const sentence = `${'Aguarde mais um momento '.repeat(12)}por favor.`
    await using gate = await startGate({
      hears: [['oi', 'apartamento 501']],
      providers: { tts: voice.tts, dialogue: saying(sentence) },
    })
    await using visitor = await gate.visitor()
    await visitor.heard()
    await visitor.quiet(200)
    await visitor.speak(speechOf('000-clean'))
    const texts = (): string[] => azure.syntheses.map(({ text }) => text)
    await vi.waitFor(() => expect(texts()).toContain(sentence), patience)
    await visitor.heard()
    await visitor.speak(speechOf('004-clean'))
    await vi.waitFor(() => expect(azure.counts.stopped).toBe(1), patience)
    const event = await gate.event((e) => e.type === 'turn')
    expect(event).toMatchObject({ turn: { barge_in: true } })
  })

  it('whose key is refused is soon left alone, the next one speaks, and no line of the log has the key', async () => {
    const key = 'canary+/0123456789='
    await using azure = await startAzureSpeech()
    using voice = await voiceOf(azure, key)
    const lines: string[] = []
    const noting = (fields: object, text: string) => void lines.push(text, JSON.stringify(fields))
    const log = { ...silentLog, debug: noting, info: noting, warn: noting, error: noting }
    await using gate = await startGate({
      providers: { tts: voice.tts },
      behind: { tts: createToneVoice() },
      log: { ...log, child: () => log },
    })
    await using visitor = await gate.visitor()
    await visitor.heard()
    // Phrases are prepared two at a time: some were on their way when the first were refused.
    const failures = lines.filter((line) => line === 'a provider failed: the next goes on')
    expect(failures.length).toBeLessThanOrEqual(4)
    expect(lines.join('\n')).toContain('plugins.azure.key')
    const status = JSON.stringify([gate.daemon.snapshot(), gate.daemon.events.since(0)])
    for (const text of [...lines, status]) expect(text).not.toContain('canary')
  })
})
