import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMouth, type Spoken } from '../../src/call/mouth.ts'
import { createPlayer } from '../../src/call/player.ts'
import { silentLog } from '../../src/log.ts'
import type { Utterance } from '../../src/speech/utterance.ts'

/** A mouth whose sentences last one frame for each word, and a clock that is cranked by hand. */
function mouth(o: { failOn?: string } = {}) {
  const player = createPlayer()
  const said: [string, boolean][] = []
  const gone = new AbortController()
  const asked: { text: string; signal: AbortSignal }[] = []
  const speak = (text: string, signal: AbortSignal): Utterance => {
    asked.push({ text, signal })
    return {
      text,
      rate: 8000,
      chunks: text === o.failOn ? [] : text.split(' ').map(() => new Int16Array(160).fill(9)),
      complete: true,
      failed: text === o.failOn ? new Error('no voice') : null,
      by: 'tones',
      subscribe: () => () => {},
    }
  }
  const made = createMouth({
    player,
    speak,
    onSaid: (text, interrupted) => said.push([text, interrupted]),
    clock: () => 0,
    signal: gone.signal,
    log: silentLog,
  })
  const crank = async (frames: number): Promise<number> => {
    let sounds = 0
    for (let i = 0; i < frames; i++) {
      await new Promise((resolve) => void setImmediate(resolve))
      if (player.fill(new Int16Array(160)) > 0) sounds += 1
    }
    return sounds
  }
  return { mouth: made, said, asked, gone, crank }
}

const politely = { interruptible: true, signal: new AbortController().signal }

it('says sentences one after another and tells what was said', async () => {
  const { mouth: m, said, crank } = mouth()
  const saying = m.say(['um dois', 'três'], politely)
  await crank(20)
  expect(await saying).toEqual({ played: 'um dois três', interrupted: false, failed: false })
  expect(said).toEqual([
    ['um dois', false],
    ['três', false],
  ])
})

it('is silent from the onset on, and goes on after a false start', async () => {
  const { mouth: m, crank } = mouth()
  const saying = m.say(['um dois três'], politely)
  expect(await crank(1)).toBe(1)
  m.pause()
  expect(await crank(5)).toBe(0)
  expect(m.resume()).toBe(true)
  expect(await crank(5)).toBe(2)
  expect((await saying).interrupted).toBe(false)
  expect(m.resume()).toBe(false)
})

it('tells the words that were heard when it is interrupted', async () => {
  const { mouth: m, said, crank } = mouth()
  const saying = m.say(['um dois três quatro', 'cinco'], politely)
  await crank(2)
  m.interrupt()
  expect(await saying).toEqual({ played: 'um dois', interrupted: true, failed: false })
  expect(said).toEqual([['um dois', true]])
})

it('lets nobody interrupt the decision', async () => {
  const { mouth: m, crank } = mouth()
  const saying = m.say(['um dois três'], { ...politely, interruptible: false })
  m.pause()
  m.interrupt()
  expect(await crank(9)).toBe(3)
  expect((await saying).interrupted).toBe(false)
})

it('ends what was being said when something else is', async () => {
  const { mouth: m, crank } = mouth()
  const first = m.say(['um dois três'], politely)
  await crank(1)
  const second = m.say(['quatro'], politely)
  await crank(9)
  expect((await first).interrupted).toBe(true)
  expect(await second).toEqual({ played: 'quatro', interrupted: false, failed: false })
})

it('settles when the leg is gone, and before it when it was gone already', async () => {
  const { mouth: m, gone, crank } = mouth()
  const saying = m.say(['um dois três'], politely)
  await crank(1)
  gone.abort()
  expect((await saying).interrupted).toBe(true)
  expect(await m.say(['quatro'], politely)).toEqual({
    played: '',
    interrupted: true,
    failed: false,
  })
})

it('goes on with the next sentence when the voice fails', async () => {
  const { mouth: m, crank } = mouth({ failOn: 'um' })
  const saying = m.say(['um', 'dois'], politely)
  await crank(9)
  expect(await saying).toEqual({ played: 'dois', interrupted: false, failed: true })
})

it('says a filler in the middle of what was interrupted, and loses none of it', async () => {
  const { mouth: m, said, crank } = mouth()
  const saying = m.say(['um dois três'], politely)
  await crank(1)
  m.pause()
  m.awaitWords()
  expect(m.fill('já vai')).toBe(true)
  expect(m.fill('já vai')).toBe(false)
  expect(await crank(9)).toBe(2)
  expect(m.resume()).toBe(true)
  expect(await crank(9)).toBe(2)
  expect(await saying).toEqual({ played: 'um dois três', interrupted: false, failed: false })
  expect(said).toEqual([
    ['já vai', false],
    ['um dois três', false],
  ])
})

it('has nothing to go on with when only a filler is being said', async () => {
  const { mouth: m, crank } = mouth()
  m.pause()
  m.awaitWords()
  expect(m.fill('já vai')).toBe(true)
  await crank(1)
  expect(m.resume()).toBe(false)
  expect(await crank(9)).toBe(1)
})

it('says a filler before the reply that came meanwhile, never over it', async () => {
  const { mouth: m, said, crank } = mouth()
  const talk = m.talk(politely)
  expect(m.fill('um dois três')).toBe(true)
  await crank(1)
  talk.add('quatro')
  expect(m.fill('cinco')).toBe(false)
  talk.end()
  await crank(2)
  expect(talk.audible).toBe(false)
  await crank(9)
  expect((await talk.done).played).toBe('quatro')
  expect(said.map(([text]) => text)).toEqual(['um dois três', 'quatro'])
})

it('says no filler over the peer, over a sentence, nor over what must be heard', async () => {
  const { mouth: m, crank } = mouth()
  m.pause()
  expect(m.fill('já')).toBe(false)
  m.resume()
  const saying = m.say(['um dois'], politely)
  await crank(1)
  expect(m.fill('já')).toBe(false)
  await crank(9)
  await saying
  const decision = m.talk({ ...politely, interruptible: false })
  expect(m.fill('já')).toBe(false)
  decision.end()
  await decision.done
})

it('holds a filler back while the peer speaks, and lets it end in spite of words', async () => {
  const { mouth: m, crank } = mouth()
  expect(m.fill('um dois três')).toBe(true)
  await crank(1)
  m.pause()
  expect(await crank(3)).toBe(0)
  m.interrupt()
  expect(await crank(9)).toBe(2)
})

it('tells once each time that more is waited for, and each sentence that is heard', async () => {
  const { mouth: m, crank } = mouth()
  const told: string[] = []
  const talk = m.talk({
    ...politely,
    onAudible: () => told.push('audible'),
    onDry: () => told.push('dry'),
  })
  await crank(2)
  expect(told).toEqual([])
  talk.add('um')
  await crank(3)
  talk.add('dois')
  await crank(3)
  talk.end()
  await talk.done
  expect(told).toEqual(['audible', 'dry', 'audible', 'dry'])
})

it('takes over what was prepared when it says it, so that an interruption cancels it', async () => {
  const { mouth: m, asked, crank } = mouth()
  const { signal } = politely
  m.prepare('quatro', signal)
  m.prepare('um dois três', signal)
  expect(asked.map((each) => each.signal.aborted)).toEqual([true, false])
  const saying = m.say(['um dois três'], politely)
  expect(asked.map((each) => each.signal.aborted)).toEqual([true, true, false])
  await crank(1)
  m.interrupt()
  await saying
  expect(asked.every((each) => each.signal.aborted)).toBe(true)
})

describe('with a clock of ours', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('waits for a peer who speaks for 2 s before it begins, and no longer', async () => {
    const { mouth: m, crank } = mouth()
    m.pause()
    const saying = m.say(['um'], politely)
    expect(await crank(3)).toBe(0)
    vi.advanceTimersByTime(1_999)
    expect(await crank(3)).toBe(0)
    vi.advanceTimersByTime(1)
    expect(await crank(3)).toBe(1)
    await saying
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is never held back for more than 30 s, whatever becomes of the peer', async () => {
    const { mouth: m, crank } = mouth()
    const saying = m.say(['um dois'], politely)
    await crank(1)
    m.pause()
    m.awaitWords()
    vi.advanceTimersByTime(30_000)
    expect(await crank(3)).toBe(1)
    expect((await saying).interrupted).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer when the leg is gone', () => {
    const { mouth: m, gone } = mouth()
    m.pause()
    gone.abort()
    m.pause()
    expect(vi.getTimerCount()).toBe(0)
  })
})

type Step = 'say' | 'decide' | 'fill' | 'pause' | 'await' | 'resume' | 'interrupt' | 'frames'

it('says one thing at a time, each sentence once and in order, whatever the peer does', async () => {
  const steps = fc.constantFrom<Step>(
    ...(['say', 'decide', 'fill', 'pause', 'await', 'resume', 'interrupt', 'frames'] as const),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 30 }), async (all) => {
      const { mouth: m, said, gone, crank } = mouth()
      const talks: Promise<Spoken>[] = []
      let nth = 0
      const sentences = (): string[] => [`${++nth} a b`, `${++nth} a b`]
      const act: Record<Step, () => unknown> = {
        say: () => talks.push(m.say(sentences(), politely)),
        decide: () => talks.push(m.say(sentences(), { ...politely, interruptible: false })),
        fill: () => m.fill(`${++nth} f`),
        pause: () => m.pause(),
        await: () => m.awaitWords(),
        resume: () => m.resume(),
        interrupt: () => m.interrupt(),
        frames: () => crank(2),
      }
      for (const step of all) await act[step]()
      m.resume()
      await crank(60)
      // Nothing waits for anything any more, and the last thing was said whole unless it was interrupted.
      const spoken = await Promise.all(talks)
      expect(m.speaking).toBe(false)
      expect(
        spoken.at(-1)?.interrupted === false || all.includes('interrupt') || talks.length === 0,
      ).toBe(true)
      const texts = said.map(([text]) => text.split(' ')[0])
      expect(new Set(texts).size).toBe(texts.length)
      const ofTalks = said.filter(([text]) => !text.includes('f')).map(([text]) => parseInt(text))
      expect(ofTalks).toEqual(ofTalks.toSorted((a, b) => a - b))
      expect(
        spoken
          .map(({ played }) => played)
          .join(' ')
          .trim()
          .split(/\s+/),
      ).toEqual(
        said
          .filter(([text]) => !text.includes('f'))
          .map(([text]) => text)
          .join(' ')
          .split(/\s+/),
      )
      gone.abort()
    }),
    { numRuns: 100 },
  )
})
