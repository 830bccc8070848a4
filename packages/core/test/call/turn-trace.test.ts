import { expect, it } from 'vitest'
import { startTrace, viewOfAnswer, viewOfTurn } from '../../src/call/turn-trace.ts'
import type { Input } from '../../src/call/visitor-inputs.ts'

const first = { stt: 'azure', tts: 'azure', dialogue: 'ai-http' }
const said: Input = {
  ...{ type: 'said', text: 'oi', by: 'sherpa' },
  times: { endMs: 1_000, overMs: 1_700, wordsMs: 1_850 },
}

it('tells where the time of a turn went, counted from when its visitor began to wait', () => {
  const trace = startTrace(said, { nowMs: 1_850, merged: 1 })
  Object.assign(trace, { firstPartMs: 2_150, dialogue: 'rules', fillers: 1 })
  trace.talk = { askedMs: 2_160, soundMs: 2_310, audibleMs: 2_330.04, by: 'cache' }
  expect(viewOfTurn(trace, { first, nowMs: 4_000 })).toMatchObject({
    ...{ role: 'visitor', input: 'said', endpoint_ms: 700, transcript_ms: 150, reply_ms: 300 },
    ...{ speech_ms: 150, audible_ms: 630, fillers: 1, merged: 1, rescue: 'none' },
    providers: { stt: 'sherpa', dialogue: 'rules', tts: 'cache' },
    // What comes from memory was somebody’s once.
    fallbacks: ['stt', 'dialogue'],
  })
})

it('takes no time, rather than less, for what was there before', () => {
  const trace = startTrace(said, { nowMs: 1_850, merged: 0 })
  trace.firstPartMs = 1_500
  expect(viewOfTurn(trace, { first, nowMs: 1_900 })).toMatchObject({
    reply_ms: 0,
    audible_ms: null,
  })
})

it('knows no words, and no ears, of keys', () => {
  const trace = startTrace({ type: 'digits', digits: '501#', atMs: 900 }, { nowMs: 950, merged: 0 })
  trace.talk = { askedMs: 950, soundMs: null, audibleMs: null, by: null }
  expect(viewOfTurn(trace, { first, nowMs: 1_000 })).toMatchObject({
    ...{ input: 'digits', endpoint_ms: null, transcript_ms: null, speech_ms: null },
    ...{ providers: { stt: null, dialogue: null, tts: null }, fallbacks: [] },
  })
})

it('tells of a resident’s turn what was heard and by whom, and no more', () => {
  const times = { endMs: 1_000, overMs: 1_350, wordsMs: 1_400 }
  expect(viewOfAnswer('said', times, 'azure')).toMatchObject({
    ...{ role: 'resident', endpoint_ms: 350, transcript_ms: 50, reply_ms: null, audible_ms: null },
    providers: { stt: 'azure', dialogue: null, tts: null },
  })
})
