/** What the recogniser's vendor is told of a condomínio: enough to understand its visitors, and no more than that. */
import { silentLog } from '@portaria/core/log'
import type { Directory, SpeechToText } from '@portaria/core/plugin'
import plugin from '@portaria/plugin-azure'
import { type AzureSpeech, startAzureSpeech } from '@portaria/test-kit/emulators/azure-speech'
import type { Phone } from '@portaria/test-kit/phone'
import { describe, expect, it, vi } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { type Gate, startGate } from '../support/start-gate.ts'

const patience = { timeout: 20_000 }

const units = [
  { apartment_number: '501', block: 'Ipê', residents: ['Daniel dos Reis'], condominium_id: 1 },
  { apartment_number: '601', block: null, residents: ['Rui Melo'], condominium_id: 2 },
]
const ofOne = ['Ipê', 'Daniel dos Reis', 'apartamento 501']

async function sttOf({ host, key }: AzureSpeech): Promise<SpeechToText> {
  const parsed = await plugin.options['~standard'].validate({ host, key })
  if (parsed.issues !== undefined) throw new TypeError('the options are wrong')
  const { signal } = new AbortController()
  const made = await plugin.stt?.(parsed.value, { log: silentLog, signal, dataDir: '/none' })
  if (made === undefined) throw new TypeError('there is no recogniser')
  return made
}

/** Speaks when the voice is silent, until this many turns were heard on both legs together. */
async function speak(gate: Gate, phone: Phone, turns: number): Promise<void> {
  await phone.quiet(200)
  await phone.speak(speechOf('004-clean'))
  await vi.waitFor(() => {
    const heard = gate.daemon.events.since(0).filter(({ type }) => type === 'heard')
    expect(heard.length).toBeGreaterThanOrEqual(turns)
  }, patience)
}

describe.concurrent('the recogniser', { timeout: 90_000 }, () => {
  it('is told blocks, names and units of the visitor’s condomínio, and nothing for the resident’s yes or no', async () => {
    await using azure = await startAzureSpeech({ said: ['é para o 501 do bloco Ipê', 'não'] })
    await using gate = await startGate({
      directory: units,
      providers: { stt: await sttOf(azure) },
    })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    await speak(gate, visitor, 1)
    expect(azure.recognitions.map(({ hints }) => hints)).toEqual([ofOne])
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    await using resident = await gate.resident(visitor.uuid)
    await resident.heard()
    await speak(gate, resident, 2)
    expect(azure.recognitions.length).toBeGreaterThan(1)
    for (const { hints } of azure.recognitions.slice(1)) expect(hints).toEqual([])
  })

  it('is told nobody’s name where the configuration says so', async () => {
    await using azure = await startAzureSpeech()
    const stt = await sttOf(azure)
    await using gate = await startGate({ directory: units, providers: { stt }, hints: false })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    await speak(gate, visitor, 1)
    expect(azure.recognitions.map(({ hints }) => hints)).toEqual([[]])
  })

  it('is told at the next turn what a slow directory knows', async () => {
    await using azure = await startAzureSpeech()
    const known = Promise.withResolvers<readonly string[]>()
    const directory: Directory = {
      find: () => Promise.resolve({ type: 'none' }),
      hints: () => known.promise,
    }
    await using gate = await startGate({ providers: { stt: await sttOf(azure), directory } })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    await speak(gate, visitor, 1)
    known.resolve(['Daniel', 'Daniel', ...Array.from({ length: 1_000 }, (_, n) => `casa ${n}`)])
    await speak(gate, visitor, 2)
    const told = azure.recognitions.map(({ hints }) => hints)
    expect(told[0]).toEqual([])
    expect(told.at(-1)?.slice(0, 2)).toEqual(['Daniel', 'casa 0'])
    expect(told.at(-1)).toHaveLength(200)
  })

  it('hears a visitor all the same where the directory fails at it', async () => {
    await using azure = await startAzureSpeech()
    const directory: Directory = {
      find: () => Promise.resolve({ type: 'none' }),
      hints: () => Promise.reject(new Error('down')),
    }
    await using gate = await startGate({ providers: { stt: await sttOf(azure), directory } })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    await speak(gate, visitor, 1)
    expect(azure.recognitions.map(({ hints }) => hints)).toEqual([[]])
  })
})
