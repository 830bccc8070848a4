import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSpokenFacts } from '../src/spoken-facts.ts'
import { createTranscripts } from '../src/transcripts.ts'
import { readSoundHeader } from '../src/wav-header.ts'

/** The text in pieces that end at any of the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [...ends, text.length].map((end, at) => text.slice(at === 0 ? 0 : ends[at - 1], end))
}

const places = fc.array(fc.nat())

describe('words with JSON between them', () => {
  it('are parted the same way, however they are cut', () => {
    const record = { apartment_number: '5"}01', note: '\\{', list: [{ a: 1 }] }
    const text = `Certo. \`\`\`json\n${JSON.stringify(record)}\n\`\`\`Um momento, \`Ana\`. {} Sim.`
    fc.assert(
      fc.property(places, (at) => {
        const parts = createSpokenFacts()
        const found = [...cut(text, at).map((piece) => parts.push(piece)), parts.end()]
        const speech = found.map((each) => each.speech).join('')
        expect(speech.replace(/\s+/gu, ' ')).toBe('Certo. Um momento, `Ana`. Sim.')
        expect(found.flatMap((each) => each.records)).toEqual([record, {}])
      }),
    )
  })
})

describe('lines', () => {
  it('are whole, however they are cut', () => {
    fc.assert(
      fc.property(places, (at) => {
        const transcripts = createTranscripts('lines')
        const words = cut('Bom dia.\nQuero o 501.\n', at).flatMap((each) => transcripts.add(each))
        expect(words.map(({ text }) => text)).toEqual(['Bom dia.', 'Quero o 501.'])
      }),
    )
  })
})

describe('all of a call, each time anew', () => {
  const texts = (words: readonly { text: string }[]) => words.map(({ text }) => text)

  it('gives each turn its own words, also when earlier ones are rewritten', () => {
    const transcripts = createTranscripts('cumulative')
    expect(texts(transcripts.add('bom'))).toEqual(['bom'])
    expect(texts(transcripts.add('bom dia'))).toEqual(['bom dia'])
    expect(texts(transcripts.endTurn())).toEqual(['bom dia'])
    expect(texts(transcripts.endTurn())).toEqual([])
    expect(texts(transcripts.add('Bom dia, sim'))).toEqual(['sim'])
    expect(texts(transcripts.endTurn())).toEqual(['sim'])
  })

  it('joins what the network parted: only long texts are', () => {
    const transcripts = createTranscripts('cumulative')
    const long = Array.from({ length: 200 }, (_, n) => `palavra${n}`).join(' ')
    transcripts.add(long.slice(0, 900))
    expect(texts(transcripts.add(long.slice(900)))).toEqual([long])
    transcripts.endTurn()
    expect(texts(transcripts.add(`${long} sim`))).toEqual(['sim'])
  })
})

describe('the header of a WAV', () => {
  it('never breaks, whatever bytes come', () => {
    const begin = fc.constantFrom('', 'R', 'RIFF', 'RIFF1234WAVE', 'RIFF1234WAVEfmt ')
    fc.assert(
      fc.property(begin, fc.uint8Array({ maxLength: 6_000 }), (text, bytes) => {
        expect(told(Buffer.concat([Buffer.from(text, 'latin1'), bytes]))).toMatch(
          /^(?:none|more|wav)$|16-bit mono/u,
        )
      }),
    )
  })
})

function told(bytes: Buffer): string {
  try {
    return readSoundHeader(bytes).type
  } catch (error) {
    return String(error)
  }
}
