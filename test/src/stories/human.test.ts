import type { Conversation, Dialogue } from '@portaria/core/plugin'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { describe, expect, it } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

function never(): Promise<never> {
  return new Promise(() => undefined)
}

const hanging: Conversation = {
  async *reply() {
    yield await never()
  },
  [Symbol.asyncDispose]: () => Promise.resolve(),
}

describe.concurrent('a visitor who presses 0', { timeout: 90_000 }, () => {
  it.each<[string, Dialogue['open']]>([
    ['cannot be opened', never],
    ['hangs in its reply', () => Promise.resolve(hanging)],
  ])('gets a human while the dialogue %s, long before anybody gives it up', async (_, open) => {
    await using gate = await startGate({
      hears: [['bom dia']],
      providers: { dialogue: { speculative: false, open } },
    })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    await visitor.quiet(200)
    await visitor.speak(speechOf('002-clean'))
    await gate.event((e) => e.type === 'heard')
    await visitor.press('0#')
    await gate.said('visitor', /atendente/)
    const { end_reason } = await gate.state(visitor.uuid, 'ended')
    expect(end_reason).toBe('handed-over')
    expect(gate.daemon.events.since(0).filter((e) => e.type === 'provider')).toEqual([])
  })

  it('is told so although the voice is lost: it was made before', async () => {
    const voice = createToneVoice()
    let isLost = false
    const tts = {
      ...voice,
      synthesize: (...asked: Parameters<typeof voice.synthesize>) =>
        isLost ? never() : voice.synthesize(...asked),
    }
    await using gate = await startGate({ hears: [['bom dia']], providers: { tts } })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    isLost = true
    await visitor.press('0#')
    await gate.said('visitor', /atendente/)
    const { end_reason } = await gate.state(visitor.uuid, 'ended')
    expect(end_reason).toBe('handed-over')
  })
})
