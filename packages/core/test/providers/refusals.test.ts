import { expect, it } from 'vitest'
import { createRefusals } from '../../src/providers/refusals.ts'
import { withTtsFallback } from '../../src/providers/with-tts-fallback.ts'
import { asking, type FakeVoice, fakeVoice, lengthOf, outage, refusal } from './fake-providers.ts'

function together(first: FakeVoice) {
  let nowMs = 0
  const fallen: string[] = []
  const named = [first, fakeVoice()].map((provider, n) => ({ name: `voice${n}`, provider }))
  const onFallback = ({ from }: { from: string }) => void fallen.push(from)
  const tts = withTtsFallback(named, { onFallback, clock: () => nowMs })
  return {
    fallen,
    say: async (text: string, name = 'ana') =>
      lengthOf(await tts.synthesize(text, { ...asking(), voice: { name } })),
    wait: (ms: number) => (nowMs += ms),
  }
}

it('asks who refuses the key twice, and not again with every sentence', async () => {
  const first = fakeVoice({ fails: refusal })
  const { say, fallen } = together(first)
  for (const text of ['um', 'dois', 'três', 'quatro']) expect(await say(text)).toBeGreaterThan(0)
  expect(first.asked).toEqual(['um', 'dois'])
  expect(fallen).toEqual(['voice0', 'voice0'])
})

it('asks again after a minute, and goes on when it is mended', async () => {
  const refusing = fakeVoice({ fails: refusal })
  const mended = fakeVoice()
  let works = false
  const { say, wait } = together({
    ...refusing,
    synthesize: (text, o) => (works ? mended : refusing).synthesize(text, o),
  })
  for (const text of ['um', 'dois', 'três']) await say(text)
  wait(60_000)
  await say('quatro')
  await say('cinco')
  expect(refusing.asked).toEqual(['um', 'dois', 'quatro'])
  wait(60_000)
  works = true
  for (const text of ['seis', 'sete']) await say(text)
  expect(mended.asked).toEqual(['seis', 'sete'])
})

it('leaves nobody out for a voice that others do not ask for, nor for an outage', async () => {
  const first = fakeVoice({ fails: refusal })
  const { say } = together(first)
  for (const text of ['um', 'dois', 'três']) await say(text, 'nobody')
  await say('quatro', 'ana')
  expect(first.asked).toEqual(['um', 'dois', 'quatro'])

  const down = fakeVoice({ fails: outage })
  const other = together(down)
  for (const text of ['um', 'dois', 'três']) await other.say(text)
  expect(down.asked).toHaveLength(3)
})

it('asks the last voice whatever it refused, because nobody else can speak', async () => {
  const only = fakeVoice({ fails: refusal })
  const tts = withTtsFallback([{ name: 'only', provider: only }], { onFallback() {} })
  for (let n = 0; n < 3; n++) await expect(tts.synthesize('um', asking())).rejects.toThrow('key')
  expect(only.asked).toHaveLength(3)
})

it('remembers no more than a thousand', () => {
  const refusals = createRefusals(() => 0)
  for (let n = 0; n <= 1_000; n++) {
    refusals.refused(`voice ${n}`)
    refusals.refused(`voice ${n}`)
  }
  expect([refusals.has('voice 0'), refusals.has('voice 1'), refusals.has('voice 1000')]).toEqual([
    false,
    true,
    true,
  ])
})
