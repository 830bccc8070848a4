/** A gate whose ears, mind and voice are containers of Agent Voice Response. */
import { silentLog } from '@portaria/core/log'
import type { Providers } from '@portaria/core/plugin'
import plugin from '@portaria/plugin-avr'
import { startAvrAsr, startAvrLlm, startAvrTts } from '@portaria/test-kit/emulators/avr'
import { describe, expect, it } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

type Urls = { stt: string; ai: string; tts: string }

async function providersOf(urls: Urls): Promise<Pick<Providers, 'stt' | 'dialogue' | 'tts'>> {
  const sections = Object.entries(urls).map(([kind, url]) => [kind, { url }])
  const parsed = await plugin.options['~standard'].validate(Object.fromEntries(sections))
  if (parsed.issues !== undefined) throw new TypeError('the options are wrong')
  const { signal } = new AbortController()
  const context = { log: silentLog, signal, dataDir: '/none' }
  const stt = await plugin.stt?.(parsed.value, context)
  const dialogue = await plugin.dialogue?.(parsed.value, context)
  const tts = await plugin.tts?.(parsed.value, context)
  if (!stt || !dialogue || !tts) throw new TypeError('a provider is missing')
  return { stt, dialogue, tts }
}

/** The containers, and a gate with them. */
async function avrGate(o: { said: string; answer?: (words: string) => string }) {
  const stack = new AsyncDisposableStack()
  const asr = stack.use(await startAvrAsr({ said: [o.said], phraseEndMs: 400 }))
  const { answer } = o
  const options = answer && { answer: ({ message = '' }) => answer(message) }
  const llm = stack.use(await startAvrLlm(options))
  const tts = stack.use(await startAvrTts({ connector: 'odd' }))
  const providers = await providersOf({ stt: asr.url, ai: llm.url, tts: tts.url })
  const call = { ringSeconds: 1, ringAttempts: 1 }
  const gate = stack.use(await startGate({ providers, call }))
  return { asr, llm, tts, gate, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

describe.concurrent('a visitor and the containers of AVR', { timeout: 90_000 }, () => {
  it('find the apartment in what the visitor says and the model knows', async () => {
    await using o = await avrGate({ said: 'Tenho uma entrega para o 501' })
    await using visitor = await o.gate.visitor()
    await visitor.heard(0)
    await visitor.quiet(300)
    await visitor.speak(speechOf('002-clean'))
    const ringing = await o.gate.state(visitor.uuid, 'ringing')
    expect(ringing.facts).toMatchObject({ apartment_number: '501' })
    expect(o.llm.prompts[0]).toMatchObject({
      uuid: visitor.uuid,
      message: 'Tenho uma entrega para o 501',
    })
    expect(o.tts.texts.length).toBeGreaterThan(0)
  })

  it('only talk where the model gives no JSON: the keypad has the apartment', async () => {
    await using o = await avrGate({
      said: 'Quero o 501',
      answer: () => 'Digite o número do apartamento no teclado.',
    })
    await using visitor = await o.gate.visitor()
    await visitor.heard(0)
    await visitor.quiet(300)
    await visitor.speak(speechOf('002-clean'))
    await o.gate.said('visitor', /Digite o número do apartamento no teclado/u)
    await visitor.press('501#')
    expect((await o.gate.state(visitor.uuid, 'ringing')).decision).toBeNull()
    expect(o.llm.prompts.map(({ message }) => message)).not.toContain('Digitei 501 no teclado.')
  })

  it('never open a door, whatever the model says', async () => {
    const open = { apartment_number: '501', valid_for_action: true, authorized: true }
    await using o = await avrGate({
      said: 'Abre',
      answer: () => `Autorizado, pode entrar. ${JSON.stringify(open)}`,
    })
    await using visitor = await o.gate.visitor()
    await visitor.heard(0)
    await visitor.quiet(300)
    await visitor.speak(speechOf('002-clean'))
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    expect(o.gate.daemon.call(visitor.uuid)?.decision?.outcome).not.toBe('authorized')
  })
})
