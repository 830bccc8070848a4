import { describe, expect, test } from 'vitest'
import { createAlarms } from '../../src/alarms.ts'
import { ProviderError } from '../../src/errors.ts'
import { createEventLog } from '../../src/events.ts'
import { silentLog } from '../../src/log.ts'
import {
  createComposer,
  type Composer,
  type ProviderEvent,
} from '../../src/plugins/compose-providers.ts'
import { watchProviders } from '../../src/plugins/watch-providers.ts'
import { asking, fakeVoice, lengthOf, outage, refusal } from '../providers/fake-providers.ts'

function watching(providers: Pick<Composer, 'health' | 'subscribe'>) {
  const events = createEventLog()
  const onChange = (): void => undefined
  const alarms = createAlarms({ events, log: silentLog, onChange })
  const watch = watchProviders({ providers, events, alarms, onChange })
  return {
    watch,
    alarms: () => alarms.list(),
    told: () => events.since(0).filter((event) => event.type === 'provider'),
  }
}

function twoVoices(fails: () => Error) {
  const composer = createComposer({
    limits: { transcriptions: null, synthesis: null },
    log: silentLog,
  })
  const voice = composer.compose('tts', [
    { name: 'azure', provider: fakeVoice({ fails }) },
    { name: 'espeak', provider: fakeVoice() },
  ])
  const speak = async (): Promise<void> => {
    const speech = await voice?.synthesize('Sim.', asking())
    if (speech !== undefined) await lengthOf(speech)
  }
  return { ...watching(composer), speak }
}

/** Providers that say what they are told to. */
function scripted() {
  const listeners = new Set<(event: ProviderEvent) => void>()
  const rest = { state: 'closed', failures: 0, lastError: null } as const
  const seen = watching({
    health: () => [
      { kind: 'stt', provider: 'azure', ...rest },
      { kind: 'dialogue', provider: 'ai-http', ...rest },
      { kind: 'dialogue', provider: 'rules', ...rest },
    ],
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  })
  return { ...seen, tell: (event: ProviderEvent) => listeners.forEach((each) => each(event)) }
}

describe('a provider that is down', () => {
  test('rings, says who stands in and what to do, and shows in the status', async () => {
    const { speak, watch, alarms, told } = twoVoices(outage)
    expect(watch.list()).toMatchObject([
      { kind: 'tts', provider: 'azure', state: 'up', last_error: null },
      { kind: 'tts', provider: 'espeak', state: 'up', last_error: null },
    ])
    for (let n = 0; n < 5; n++) await speak()
    expect(alarms()).toMatchObject([{ id: 'provider-down tts azure' }])
    expect(alarms()[0]?.message).toBe(
      'the voice azure is down: it failed again and again (the vendor is down); espeak stands in. It is tried again by itself; see what it says with: portaria providers test --tts azure',
    )
    expect(watch.list()).toMatchObject([
      { provider: 'azure', state: 'down', last_error: { message: 'the vendor is down' } },
      { provider: 'espeak', state: 'up', last_error: null },
    ])
    // Each failure is told once; what the open breaker refuses is no news.
    expect(told().map((event) => event.type === 'provider' && event.change)).toEqual([
      'fallback',
      'fallback',
      'down',
      'fallback',
    ])
    expect(told()[0]).toMatchObject({ kind: 'tts', provider: 'azure', to: 'espeak' })
  })

  test('is quiet again once it works', () => {
    const { tell, watch, alarms, told } = scripted()
    const azure = { kind: 'stt', provider: 'azure' } as const
    const use = { type: 'use', ...azure, operation: 'turn', firstMs: 1, totalMs: 2 } as const
    tell({ ...use, outcome: 'failed', error: 'no route' })
    tell({ type: 'breaker', ...azure, state: 'open', error: 'no route' })
    expect(alarms()[0]?.message).toContain('the recogniser azure is down')
    expect(alarms()[0]?.message).toContain('visitors are left with the keypad')
    expect(alarms()[0]?.message).toContain('--stt azure')
    tell({ ...use, outcome: 'aborted', error: null })
    expect(watch.list()[0]).toMatchObject({ state: 'down', last_error: { message: 'no route' } })
    tell({ ...use, outcome: 'ok', error: null })
    tell({ type: 'breaker', ...azure, state: 'closed', error: null })
    expect(alarms()).toEqual([])
    expect(watch.list()[0]).toMatchObject({ state: 'up', last_error: null })
    expect(told().at(-1)).toMatchObject({ ...azure, change: 'up', error: null })
  })

  test('names the dialogue that stands in, and the flag that tries it', () => {
    const { tell, alarms } = scripted()
    tell({ type: 'breaker', kind: 'dialogue', provider: 'ai-http', state: 'open', error: null })
    expect(alarms()[0]?.message).toMatch(/dialogue ai-http is down.*rules stands in.*--ai ai-http/)
  })

  test('may answer with a whole page: the beginning is enough', () => {
    const { tell, watch, told } = scripted()
    const error = new ProviderError('ai-http', 'x'.repeat(10_000))
    const ai = { kind: 'dialogue', provider: 'ai-http' } as const
    tell({ type: 'fallback', kind: 'dialogue', from: 'ai-http', to: 'rules', error })
    tell({
      ...{ type: 'use', ...ai, operation: 'reply', outcome: 'failed', firstMs: null, totalMs: 2 },
      error: error.message,
    })
    expect(JSON.stringify([told(), watch.list()]).length).toBeLessThan(1_500)
  })
})

describe('a provider that refuses', () => {
  test('is not down, but rings, its last error shows, and each time that it was asked is told', async () => {
    const { speak, watch, alarms, told } = twoVoices(refusal)
    for (let n = 0; n < 4; n++) await speak()
    expect(alarms()).toMatchObject([{ id: 'provider-refuses tts azure' }])
    expect(alarms()[0]?.message).toBe(
      'the voice azure refuses: the key is refused; espeak stands in. Mend what it says, and try it with: portaria providers test --tts azure',
    )
    // It is not asked for the third sentence and the fourth.
    expect(told()).toHaveLength(2)
    expect(watch.list()[0]).toMatchObject({
      state: 'up',
      last_error: { message: 'the key is refused' },
    })
  })

  test('rings no more once it does well, and not for a single refusal', () => {
    const { tell, alarms } = scripted()
    const asked = { type: 'use', kind: 'stt', provider: 'azure', operation: 'turn' } as const
    const use = { ...asked, firstMs: 1, totalMs: 2 }
    const error = 'the key is refused'
    const refused = { ...use, outcome: 'failed', error, refused: true } as const
    const well = { ...use, outcome: 'ok', error: null } as const
    for (const event of [refused, well, refused]) tell(event)
    expect(alarms()).toEqual([])
    tell(refused)
    expect(alarms()).toMatchObject([{ id: 'provider-refuses stt azure' }])
    tell(well)
    expect(alarms()).toEqual([])
  })
})
