import type { KeptCall } from '@portaria/core/api/kept-call'
import { describe, expect, it } from 'vitest'
import { callPage } from '../../src/calls/call-page.ts'
import { aCall, aTurn } from './a-call.ts'

function page(change: Parameters<typeof aCall>[0] = {}, width = 80): string[] {
  return callPage({ from: 'daemon', call: aCall(change) }, { width })
}

const noProviders = { stt: null, tts: null, dialogue: null }
const noTimes = {
  endpoint_ms: null,
  transcript_ms: null,
  reply_ms: null,
  speech_ms: null,
  audible_ms: null,
}

describe('the page of a call', () => {
  it('says what is known of it, and what was said', () => {
    const lines = page()
    expect(lines.slice(0, 2)).toEqual([
      'call           7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab',
      'ramal          1000, condomínio 1',
    ])
    expect(lines).toContain('began          2025-01-01T12:00:00.000Z, 31.2 s')
    expect(lines).toContain('decision       authorized (resident-yes, by keypad, "1")')
    expect(lines).toContain('for            unit 501, block A')
    expect(lines.at(-2)).toMatch(/^\d\d:\d\d:\d\d portaria to visitor: Olá$/)
    expect(lines.at(-1)).toMatch(/^\d\d:\d\d:\d\d visitor: entrega no 501$/)
  })

  it('explains where the time of each turn went', () => {
    const slow = aTurn({
      turn: 2,
      at: '2025-01-01T12:00:12.500Z',
      reply_ms: 1_320,
      audible_ms: 1_700,
    })
    const lines = page({ turns: [aTurn(), slow] })
    const at = lines.findIndex((line) => line.startsWith('TURN'))
    expect(lines.slice(at, at + 7)).toEqual([
      'TURN  AT       WHO      INPUT  SILENCE  WORDS  REPLY  VOICE  AUDIBLE',
      '1     +5.0 s   visitor  said   700      210    320    150    700',
      '      sssssssssssssssssswwwwwrrrrrrrrvvvv  1.4 s',
      '      azure heard; ai-http replied; espeak spoke',
      '2     +12.5 s  visitor  said   700      210    1320   150    1700',
      '      sssssssssssssssssswwwwwrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrvvvv  2.4 s',
      '      azure heard; ai-http replied; espeak spoke',
    ])
  })

  it('says who stood in, and everything else that went otherwise than it should', () => {
    const odd = aTurn({
      fillers: 2,
      speculation: 'dropped',
      barge_in: true,
      false_starts: 1,
      merged: 1,
      rescue: 'human',
      fallbacks: ['stt', 'dialogue'],
      providers: { stt: 'sherpa', tts: 'cache', dialogue: 'rules' },
    })
    const text = page({ turns: [odd] }, 500).join('\n')
    expect(text).toContain(
      'sherpa heard; rules replied; spoken from memory; another stt stood in; another dialogue stood in; 2 fillers; speculative reply dropped; interrupted; 1 false start; 1 more piece; nobody could reply: handed to a human',
    )
  })

  it('has no bar and no servants where there was nothing to measure', () => {
    const silent = aTurn({ ...noTimes, input: 'silence', providers: noProviders })
    const lines = page({ turns: [silent] })
    const at = lines.findIndex((line) => line.startsWith('TURN'))
    expect(lines[at + 1]).toMatch(/silence +- +- +- +- +-$/)
    expect(lines[at + 2]).toBe('')
    expect(page({ turns: [] })).toContain('Nobody took a turn.')
  })

  it('tells a terminal nothing that it would obey', () => {
    const evil = '\u001b[2J\u0007\u202e\u009b31m\r\nx'
    const lines = page({
      ramal: evil,
      end_reason: evil,
      facts: { interlocutor_name: evil, apartment_number: evil, block: evil, resident_name: evil },
      transcript: [{ at: evil, by: 'visitor', text: evil }],
      legs: aCall().legs.map((leg) => ({ ...leg, peer: evil, end_reason: evil })),
      turns: [aTurn({ at: evil, providers: { stt: evil, tts: evil, dialogue: evil } })],
    })
    // eslint-disable-next-line no-control-regex
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
  })

  it('fits into the width of the terminal', () => {
    const transcript = [
      { at: '2025-01-01T12:00:04.000Z', by: 'visitor' as const, text: 'uma entrega '.repeat(30) },
    ]
    const turns = [aTurn({ rescue: 'keypad', fallbacks: ['stt', 'tts', 'dialogue'] }), aTurn()]
    for (const width of [72, 80, 200]) {
      const lines = page({ transcript, turns }, width)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    }
  })
})

describe('the page of a call of the history', () => {
  const kept: KeptCall = {
    call_id: '7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab',
    ramal_id: 7,
    ramal: '1000',
    condominio_id: 1,
    started_at: '2025-01-01T12:00:00.000Z',
    ended_at: '2025-01-01T12:00:31.200Z',
    duration_ms: 31_200,
    end_reason: 'decided',
    answered: true,
    outcome: 'denied',
    decision_reason: 'resident-no',
    decision_by: 'speech',
    intent_type: 'entrega',
    apartment_number: '501',
    block: null,
    turns: [aTurn()],
  }

  it('has the same trace, and says that words are not kept', () => {
    const lines = callPage({ from: 'history', call: kept }, { width: 80 })
    expect(lines).toContain('outcome        denied (resident-no, by speech)')
    expect(lines).toContain('for            unit 501')
    expect(lines).toContain('resident       answered')
    expect(lines).toContain('      azure heard; ai-http replied; espeak spoke')
    expect(lines.join(' ')).toContain('no names and no words')
  })

  it('says so when no trace was kept', () => {
    const call = {
      ...kept,
      turns: null,
      answered: false,
      outcome: 'none',
      decision_reason: null,
    } as const
    const lines = callPage({ from: 'history', call }, { width: 80 })
    expect(lines).toContain('Where the time went was not kept.')
    expect(lines).toContain('outcome        none')
  })
})
