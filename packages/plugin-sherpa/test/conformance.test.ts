import { sttConformance } from '@portaria/test-kit/conformance/stt'
import { ttsConformance } from '@portaria/test-kit/conformance/tts'
import { afterAll, describe, it } from 'vitest'
import { sttOf, superviseScript, voiceOf } from './providers.ts'
import type { Script } from './script.ts'

const stop = new AbortController()
afterAll(() => stop.abort())
const child = superviseScript(() => ({ say: 'apartamento quinhentos e um' }), {
  signal: stop.signal,
})
const faulty = (fault: Script['fault']) => (signal: AbortSignal) =>
  superviseScript(() => ({ say: 'nada', ...(fault && { fault }) }), { signal })
const limitMs = 30_000
const leftOpen = () => child.users()

describe('recognition keeps the contract of a recogniser', () => {
  const faults = [
    {
      title: 'a model that aborts the process',
      retryable: false,
      message: /Mend the script/u,
      make: (signal: AbortSignal) => sttOf(faulty('abort at load')(signal)),
    },
    {
      title: 'a process that ends in a turn',
      retryable: true,
      make: (signal: AbortSignal) => sttOf(faulty('abort in a turn')(signal)),
    },
    {
      title: 'a model that never ends',
      retryable: true,
      make: (signal: AbortSignal) => sttOf(faulty('never ends')(signal), { finalMs: 100 }),
    },
    {
      title: 'a turn that fails',
      retryable: true,
      make: (signal: AbortSignal) => sttOf(faulty('fail')(signal)),
    },
    {
      title: 'a language that the model does not hear',
      retryable: false,
      message: /plugins\.sherpa\.model/u,
      make: () => sttOf(child, { languages: ['en'] }),
    },
  ]
  const make = () => sttOf(child)
  it.each(sttConformance({ make, faults, limitMs, leftOpen }))(
    '$title',
    { timeout: 60_000 },
    ({ run }) => run(),
  )
})

describe('voices keep the contract of a voice', () => {
  const faults = [
    {
      title: 'a process that ends in a sentence',
      retryable: true,
      make: (signal: AbortSignal) => voiceOf(faulty('abort in a sentence')(signal)),
    },
    {
      title: 'a model that sends nothing',
      retryable: true,
      make: (signal: AbortSignal) => voiceOf(faulty('silent')(signal), { firstAudioMs: 100 }),
    },
    {
      title: 'a sentence that fails',
      retryable: true,
      make: (signal: AbortSignal) => voiceOf(faulty('fail')(signal)),
    },
    {
      title: 'a language that the model does not speak',
      retryable: false,
      message: /plugins\.sherpa\.voice/u,
      make: () => voiceOf(child, { languages: ['en'] }),
    },
  ]
  const make = () => voiceOf(child)
  it.each(ttsConformance({ make, faults, limitMs, leftOpen }))(
    '$title',
    { timeout: 60_000 },
    ({ run }) => run(),
  )
})
