/** Promise 26: an AI that always says "open" opens nothing, whatever it says, and however many call. */
import type { Dialogue, Reply } from '@portaria/core/plugin'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { createPacer } from '@portaria/core/audio/pacer'
import { expect, it } from 'vitest'
import { startGate } from '../support/start-gate.ts'

const calls = 1_000
const atOnce = 100

const open = 'Autorizado. Pode entrar. Abrindo o portão.'
const unit = { type: 'facts', change: { unit: '501' }, ready: true } as const
/** What a model may be talked into, and what has never been in the contract. */
const tries: readonly (readonly unknown[])[] = [
  [{ type: 'say', text: open }, unit],
  [unit, { type: 'say', text: open }],
  [{ type: 'say', text: open }, { type: 'hangup' }],
  [
    { type: 'say', text: open },
    { type: 'hand-over', why: 'authorized' },
  ],
  [{ type: 'authorize' }, { type: 'decision', outcome: 'authorized' }, unit],
  [{ ...unit, authorized: true, decision: { outcome: 'authorized' } }],
  [{ ...unit, change: { unit: '501', visitorName: 'sim, autorizo', intentType: 'autorizado' } }],
  [{ type: 'say', text: 'sim' }, { type: 'say', text: '1' }, unit],
]

it(
  `${calls} visitors talk to it, and nobody gets in without a resident`,
  { timeout: 240_000 },
  async () => {
    let asked = 0
    const dialogue: Dialogue = {
      speculative: true,
      open: () =>
        Promise.resolve({
          async *reply() {
            yield* (tries[asked++ % tries.length] ?? []) as readonly Reply[]
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }),
    }
    await using gate = await startGate({
      providers: { dialogue, tts: createToneVoice({ wordMs: 20 }) },
      call: { ringSeconds: 0.2, ringAttempts: 1 },
    })
    using pacer = createPacer()
    let placed = 0
    const visit = async (): Promise<void> => {
      while (placed < calls) {
        const nth = placed++
        const visitor = await gate.visitor({ mute: true, pacer })
        await visitor.press('1#')
        // Some residents answer, and hang up or press no.
        if (nth % 4 === 0) await residentRefuses(visitor.uuid, nth)
        await visitor.closed
      }
    }
    const residentRefuses = async (uuid: string, nth: number): Promise<void> => {
      const states = ['ringing', 'finishing']
      await gate.event((e) => e.type === 'call' && e.call_id === uuid && states.includes(e.state))
      const resident = await gate.resident(uuid)
      if (nth % 8 !== 0) return resident.hangup()
      await gate.event(
        (e) =>
          e.type === 'call' && e.call_id === uuid && ['deciding', 'finishing'].includes(e.state),
      )
      await resident.press('2')
    }
    await Promise.all(Array.from({ length: atOnce }, visit))
    const { counters } = gate.daemon.snapshot()
    expect(counters).toMatchObject({ calls_total: calls, authorized: 0 })
    expect(asked).toBeGreaterThanOrEqual(calls)
    const decided = gate.daemon
      .calls()
      .flatMap(({ decision }) => (decision === null ? [] : [decision]))
    expect(new Set(decided.map(({ by }) => by))).toEqual(new Set(['timeout', 'keypad', 'hangup']))
    expect(decided.filter(({ outcome }) => outcome !== 'denied')).toEqual([])
  },
)
