import { sttConformance } from '@portaria/test-kit/conformance/stt'
import { ttsConformance } from '@portaria/test-kit/conformance/tts'
import { startAzureSpeech } from '@portaria/test-kit/emulators/azure-speech'
import { afterAll, describe, it } from 'vitest'
import { sttOf, ttsOf } from './providers.ts'

const service = await startAzureSpeech({ blockEveryMs: 1 })
const refusing = await startAzureSpeech({ key: 'another key' })
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await refusing[Symbol.asyncDispose]()
})

const wrongKey = { title: 'a wrong key', retryable: false, message: /AZURE_SPEECH_KEY/u }
const leftOpen = (): number => service.open() + refusing.open()

describe('recognition keeps the contract of a recogniser', () => {
  const make = () => sttOf({ host: service.host, key: service.key })
  const faults = [{ ...wrongKey, make: () => sttOf({ host: refusing.host, key: 'wrong' }) }]
  it.each(sttConformance({ make, faults, leftOpen }))('$title', ({ run }) => run())
})

describe('voices keep the contract of a voice', () => {
  const make = (signal: AbortSignal) =>
    ttsOf({ host: service.host, key: service.key, warmVoices: 0 }, signal)
  const faults = [
    {
      ...wrongKey,
      make: (signal: AbortSignal) => ttsOf({ host: refusing.host, key: 'wrong' }, signal),
    },
  ]
  it.each(ttsConformance({ make, faults, leftOpen: service.speaking }))('$title', ({ run }) =>
    run(),
  )
})
