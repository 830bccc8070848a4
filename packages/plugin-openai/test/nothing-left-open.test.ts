import { getEventListeners } from 'node:events'
import { startOpenAiServer } from '@portaria/test-kit/emulators/openai-server'
import { expect, it, vi } from 'vitest'
import { all, dialogueOf, open, said, sttOf, ttsOf } from './support.ts'

const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length

it('leaves no request, timer or listener after 100 calls that were cut short anywhere', async () => {
  await using server = await startOpenAiServer({ blockEveryMs: 1 })
  const { baseURL, key } = server
  const model = 'm'
  const options = { baseURL, key, stt: { model, stream: true }, tts: { model }, ai: { model } }
  const [stt, tts, dialogue] = await Promise.all([
    sttOf(options),
    ttsOf(options),
    dialogueOf(options),
  ])
  const rate = 16_000
  const sound = new Uint8Array(rate).fill(60)

  async function hear(signal: AbortSignal): Promise<void> {
    await using transcriber = await stt.open({ rate, languages: ['pt-BR'], signal })
    transcriber.begin(1, { hints: [], expect: 'open' })
    transcriber.write(sound)
    transcriber.end(1)
    for await (const { type } of transcriber.heard) if (type === 'done') return
  }
  async function speak(signal: AbortSignal): Promise<void> {
    const voice = { name: 'nova' }
    await all(
      (
        await tts.synthesize('Bom dia, tudo bem?', {
          rate: 8_000,
          language: 'pt-BR',
          voice,
          signal,
        })
      ).audio,
    )
  }
  async function talk(signal: AbortSignal): Promise<void> {
    await using conversation = await open(dialogue, { signal })
    await all(conversation.reply(said('Apartamento 501'), { signal }))
  }

  /** Resolves with the number of listeners that stayed. */
  async function cutShort(at: number): Promise<number> {
    const stop = new AbortController()
    const { signal } = stop
    const work = Promise.allSettled([hear(signal), speak(signal), talk(signal)])
    // Cut before the request, in it, in the answer, and after it.
    for (let step = 0; step < at; step++) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('cut short'))
    await work
    return getEventListeners(signal, 'abort').length
  }

  await cutShort(1_000)
  const before = timers()
  const left: number[] = []
  for (let call = 0; call < 100; call++) left.push(await cutShort(call * 5))
  expect(left.filter((listeners) => listeners > 0)).toEqual([])
  await vi.waitFor(() => {
    expect(server.pending).toBe(0)
    // Waiting here has timers of its own; 300 requests would have left hundreds.
    expect(timers()).toBeLessThan(before + 10)
  }, 10_000)
})
