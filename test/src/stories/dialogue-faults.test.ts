import { ProviderError, type Reply } from '@portaria/core/plugin'
import { describe, expect, it } from 'vitest'
import {
  askUnit,
  dialogueWith,
  firstTurn,
  spokenTo,
  talking,
} from '../support/failing-providers.ts'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

/** Promise 23. */
describe.concurrent('a dialogue that fails', { timeout: 90_000 }, () => {
  it.each([401, 429, 500])('(%d) is replaced in the same turn by the next', async (status) => {
    let asked = 0
    const refusing = dialogueWith(() => {
      asked += 1
      const retryable = status !== 401
      throw new ProviderError('fakes', `the server answered ${status}`, { retryable })
    })
    await using gate = await startGate({
      hears: [['oi', 'oi']],
      providers: { dialogue: refusing },
      behind: { dialogue: talking(askUnit) },
    })
    await using visitor = await spokenTo(gate)
    const turn = await firstTurn(gate, visitor.uuid)
    expect(turn).toMatchObject({ providers: { dialogue: 'others' }, fallbacks: ['dialogue'] })
    expect(asked).toBe(1)
  })

  it('in the middle of a reply is replaced, so that the visitor is asked something', async () => {
    const breaking = dialogueWith(async function* () {
      yield { type: 'say', text: 'Um momento.' }
      await new Promise((resolve) => void setImmediate(resolve))
      throw new ProviderError('fakes', 'the connection broke', { retryable: true })
    })
    await using gate = await startGate({
      hears: [['oi']],
      providers: { dialogue: breaking },
      behind: { dialogue: talking(askUnit) },
    })
    await using visitor = await spokenTo(gate, '000-clean')
    await firstTurn(gate, visitor.uuid)
    const said = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(said?.slice(-2)).toEqual(['Um momento.', askUnit])
  })

  it('by saying nothing has the question asked again', async () => {
    await using gate = await startGate({
      hears: [['oi']],
      providers: { dialogue: dialogueWith(() => repliesOf()) },
    })
    await using visitor = await spokenTo(gate)
    const turn = await firstTurn(gate, visitor.uuid)
    expect(turn?.audible_ms).not.toBeNull()
    const said = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(said?.filter((text) => /posso ajudar/.test(text))).toHaveLength(2)
  })

  it('with an endless reply is heard for a while, and can be interrupted', async () => {
    const endless = dialogueWith(async function* (_, { signal }) {
      for (;;) {
        yield { type: 'say', text: 'Sim.' }
        await new Promise((resolve) => void setImmediate(resolve))
        if (signal.aborted) return
      }
    })
    await using gate = await startGate({
      hears: [['oi']],
      providers: { dialogue: endless },
      call: { maxSeconds: 60 },
    })
    await using visitor = await spokenTo(gate, '000-clean')
    await gate.said('visitor', /^Sim\.$/)
    await visitor.press('0#')
    await visitor.heard()
    expect(gate.daemon.call(visitor.uuid)?.turns[0]).toMatchObject({ barge_in: true })
  })

  it('with nobody behind it leaves the keypad, and after that a human', async () => {
    await using gate = await startGate({
      hears: [['oi', 'oi', 'oi', 'oi']],
      providers: { dialogue: talking(askUnit, 'error') },
    })
    await using visitor = await spokenTo(gate, '000-clean')
    for (let turn = 0; turn < 2; turn++) {
      await visitor.heard()
      await visitor.quiet(300)
      await visitor.speak(speechOf('000-clean'))
    }
    await visitor.closed
    expect(await gate.state(visitor.uuid, 'ended')).toMatchObject({ end_reason: 'handed-over' })
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-reset' })
  })
})

async function* repliesOf(...replies: Reply[]): AsyncGenerator<Reply> {
  yield* replies
}
