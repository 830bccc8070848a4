/** What people see of a call whose first voice is down: who is down, who stands in, and where the time of each turn went. */
import { ProviderError, type TextToSpeech } from '@portaria/core/plugin'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { expect, it, vi } from 'vitest'
import { type Gate, startGate } from '../support/start-gate.ts'

const patience = { timeout: 20_000, interval: 50 }

const silenced: TextToSpeech = {
  cacheId: 'silenced-1',
  synthesize: () =>
    Promise.reject(new ProviderError('fakes', 'the vendor is down', { retryable: true })),
}

async function ask(gate: Gate, path: string): Promise<Response> {
  return fetch(`${gate.daemon.apiUrl}${path}`)
}

/** The value of the series whose name and labels all of these texts are in; null: there is none. */
async function sample(gate: Gate, ...texts: readonly string[]): Promise<number | null> {
  const lines = (await (await ask(gate, '/metrics')).text()).split('\n')
  const line = lines.find((each) => texts.every((text) => each.includes(text)))
  return line === undefined ? null : Number(line.split(' ').at(-1))
}

it(
  'tells people and Prometheus who is down, and where the time went',
  { timeout: 60_000 },
  async () => {
    await using gate = await startGate({
      providers: { tts: silenced },
      behind: { tts: createToneVoice() },
    })
    await gate.event((e) => e.type === 'provider' && e.change === 'down')
    const { alarms, provider_health } = (await (await ask(gate, '/api/status')).json()) as {
      alarms: unknown
      provider_health: unknown
    }
    expect(alarms).toMatchObject([
      {
        id: 'provider-down tts fakes',
        message: expect.stringContaining('others stands in') as unknown,
      },
    ])
    expect(provider_health).toMatchObject([
      { provider: 'fakes', state: 'down', last_error: { message: 'the vendor is down' } },
      { provider: 'others', state: 'up', last_error: null },
      { kind: 'dialogue', provider: 'rules', state: 'up' },
    ])

    const visitor = await gate.visitor()
    await visitor.heard(0)
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    visitor.hangup()
    await gate.state(visitor.uuid, 'ended')
    const told = await gate.event((e) => e.type === 'turn')
    const { turns } = (await (await ask(gate, `/api/calls/${visitor.uuid}`)).json()) as {
      turns: unknown[]
    }
    expect(turns[0]).toMatchObject({ turn: 1, role: 'visitor', input: 'digits', rescue: 'none' })
    expect(turns[0]).toMatchObject({ providers: { stt: null, dialogue: 'rules' } })
    expect(told).toMatchObject({ turn: turns[0] })

    await vi.waitFor(async () => {
      expect(await sample(gate, 'turn_seconds_count', 'phase="reply"', 'provider="rules"')).toBe(1)
    }, patience)
    const down = ['kind="tts"', 'provider="fakes"']
    expect(
      await sample(gate, 'provider_uses_total', ...down, 'outcome="failed"'),
    ).toBeGreaterThanOrEqual(3)
    expect(await sample(gate, 'breaker_state', ...down, 'state="closed"')).toBe(0)
    expect(await sample(gate, 'portaria_alarms', 'kind="provider-down"')).toBe(1)
    expect(
      await sample(gate, 'provider_fallbacks_total', 'from="fakes"', 'to="others"'),
    ).toBeGreaterThan(2)
  },
)

it(
  'prepares what it could not say while a voice was down, once it is back',
  { timeout: 60_000 },
  async () => {
    const voice = createToneVoice()
    const spoken: string[] = []
    let isDown = true
    const recovering: TextToSpeech = {
      cacheId: 'recovering-1',
      synthesize(sentence, o) {
        if (isDown) return silenced.synthesize(sentence, o)
        spoken.push(sentence)
        return voice.synthesize(sentence, o)
      },
    }
    await using gate = await startGate({ providers: { tts: recovering }, behind: { tts: voice } })
    await gate.event((e) => e.type === 'provider' && e.change === 'down')
    isDown = false
    // A breaker lets somebody try again after 5 s.
    await vi.waitFor(
      async () => {
        await using visitor = await gate.visitor()
        await visitor.heard(0)
        expect(spoken).not.toEqual([])
      },
      { ...patience, interval: 500 },
    )
    await gate.event((e) => e.type === 'provider' && e.change === 'up')
    await vi.waitFor(() => expect(spoken).toContain('Um instante.'), patience)
  },
)
