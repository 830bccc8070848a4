import { createGrowingSpeech, createObjectScanner } from '@portaria/core/plugin'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventParser } from '../src/event-data.ts'

/** The text in pieces that end at any of the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [...ends, text.length].map((end, at) => text.slice(at === 0 ? 0 : ends[at - 1], end))
}

const places = fc.array(fc.nat())

describe('JSON objects in pieces', () => {
  it('are found whole, however they are cut and parted', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 4 })
    const parting = fc.constantFrom('\n', '', '\r\n\r\n', ', ', '\u001E')
    fc.assert(
      fc.property(objects, parting, places, fc.boolean(), (list, between, at, pretty) => {
        const texts = list.map((each) => JSON.stringify(each, null, pretty ? 2 : 0))
        const scanner = createObjectScanner((what) => new Error(what))
        const found = cut(texts.join(between), at).flatMap((piece) => scanner.push(piece))
        scanner.end()
        expect(found).toEqual(texts)
      }),
    )
  })
})

describe('server-sent events in pieces', () => {
  it.each(['\n', '\r\n', '\r'])('are found whole, with lines that end in %j', (end) => {
    const lines = [
      ': ping',
      'event: x',
      'data: {"a":',
      'data:1}',
      'id: 3',
      '',
      'data',
      '',
      '',
      'data: z',
      '',
    ]
    const text = lines.map((line) => line + end).join('')
    fc.assert(
      fc.property(places, (at) => {
        const parser = createEventParser()
        expect(cut(text, at).flatMap((piece) => parser.push(piece))).toEqual(['{"a":\n1}', '', 'z'])
      }),
    )
  })
})

describe('speech in pieces', () => {
  const text =
    'Bom dia! O Sr. J. Silva, do apto. 501, pagou R$ 3.50... Posso chamar? Sim, às 8. Um momento.'
  const whole = [
    'Bom dia!',
    'O Sr. J. Silva, do apto. 501, pagou R$ 3.50...',
    'Posso chamar?',
    'Sim, às 8.',
    'Um momento.',
  ]
  const speak = (pieces: readonly string[]): string[] => {
    const speech = createGrowingSpeech()
    return [...pieces.flatMap((piece) => speech.add(piece)), ...speech.end()]
  }

  it('has the same sentences, word by word, whole so far, or both', () => {
    const words = text.match(/\s*\S+/gu) ?? []
    const soFar = words.map((_, at) => words.slice(0, at + 1).join(''))
    expect(speak([text])).toEqual(whole)
    expect(speak(words)).toEqual(whole)
    expect(speak(soFar)).toEqual(whole)
    expect(speak([...words, text])).toEqual(whole)
    expect(speak([...soFar, `${text} `])).toEqual(whole)
  })

  it('loses no word, however it is cut', () => {
    fc.assert(
      fc.property(places, (at) => {
        expect(speak(cut(text, at)).join(' ').replace(/\s+/gu, '')).toBe(text.replace(/\s+/gu, ''))
      }),
    )
  })

  it('gives a sentence the moment it is whole, and no half of one', () => {
    const speech = createGrowingSpeech()
    expect(speech.add('Bom dia, Sr.')).toEqual([])
    expect(speech.add(' Daniel.')).toEqual(['Bom dia, Sr. Daniel.'])
    expect(speech.add(' Custa 3.')).toEqual([])
    expect(speech.add('50.')).toEqual([])
    expect(speech.add('Certo?')).toEqual(['Custa 3.50.', 'Certo?'])
  })

  it('parts sentences that come without a space, and takes back nothing that was said', () => {
    expect(speak(['Bom dia.', 'Qual é o apartamento?'])).toEqual([
      'Bom dia.',
      'Qual é o apartamento?',
    ])
    expect(speak(['Bom dia.', 'Bom dia. Olá', 'Boa noite. Olá, senhor.'])).toEqual([
      'Bom dia.',
      'Olá',
    ])
  })

  it('never takes a piece for all so far where there are only pieces', () => {
    const speech = createGrowingSpeech({ pieces: true })
    const pieces = ['A', 'Ana', ' está', ' em casa?', ' Sim.']
    const said = [...pieces.flatMap((piece) => speech.add(piece)), ...speech.end()]
    expect(said).toEqual(['AAna está em casa?', 'Sim.'])
  })

  it('ends, however long the answer', () => {
    expect(speak(['palavra '.repeat(10_000)]).join(' ').length).toBeLessThanOrEqual(4_000)
  })
})
