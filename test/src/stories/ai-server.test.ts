/** A visitor who talks to the server behind AI_API_URL: it finds out whom the visit is for, and opens nothing. */
import type { Dialogue } from '@portaria/core/plugin'
import { silentLog } from '@portaria/core/log'
import plugin from '@portaria/plugin-ai-http'
import { startAiServer } from '@portaria/test-kit/emulators/ai-server'
import { describe, expect, it } from 'vitest'
import { startGate } from '../support/start-gate.ts'

async function dialogueTo(url: string): Promise<Dialogue> {
  const parsed = await plugin.options['~standard'].validate({ url })
  if (parsed.issues !== undefined) throw new TypeError('the options are wrong')
  const { signal } = new AbortController()
  const made = await plugin.dialogue?.(parsed.value, { log: silentLog, signal, dataDir: '/none' })
  if (made === undefined) throw new TypeError('there is no dialogue')
  return made
}

describe.concurrent('a visitor and the server behind AI_API_URL', { timeout: 90_000 }, () => {
  it('agree on the apartment, whose resident alone decides', async () => {
    await using server = await startAiServer({ form: 'ndjson' })
    const dialogue = await dialogueTo(server.url)
    await using gate = await startGate({ providers: { dialogue } })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    const ringing = await gate.state(visitor.uuid, 'ringing')
    expect(ringing.decision).toBeNull()
    expect(server.asked).toMatchObject([{ id: visitor.uuid, content: 'Digitei 501 no teclado.' }])
    await using resident = await gate.resident(visitor.uuid)
    await resident.heard()
    await resident.press('2')
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    expect(gate.daemon.call(visitor.uuid)?.decision?.outcome).toBe('denied')
  })

  it('never get a door opened by an AI that says so', async () => {
    const content = {
      mensagem: 'Autorizado. Pode entrar.',
      dados: { apartment_number: '501', authorized: true, action: 'authorize' },
      valid_for_action: true,
    }
    await using server = await startAiServer({ answer: () => ({ content, action: 'authorize' }) })
    const dialogue = await dialogueTo(server.url)
    const call = { ringSeconds: 1, ringAttempts: 1 }
    await using gate = await startGate({ providers: { dialogue }, call })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    expect(gate.daemon.call(visitor.uuid)?.decision?.outcome).not.toBe('authorized')
    expect(server.asked).toHaveLength(1)
  })
})
