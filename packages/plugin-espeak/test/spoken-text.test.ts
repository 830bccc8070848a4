import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import load from '@echogarden/espeak-ng-emscripten'
import { isAudible, splitText, spokenText } from '../src/spoken-text.ts'

/** How the engine pronounces a text, without pauses and stress marks of its own. */
async function pronouncer(voice: string): Promise<(text: string) => string> {
  const module = await load()
  const engine = new module.eSpeakNGWorker()
  engine.set_voice(voice)
  return (text) => engine.synthesize_ipa(text).ipa.replace(/[\s_ˈˌ]/g, '')
}

describe('the text that is spoken', () => {
  it.each([
    ['O Sr. Daniel e a Dra. Ana', 'O senhor Daniel e a doutora Ana'],
    ['Apto 12, bl. B', 'apartamento 12, bloco B'],
    ['Pressione # ou *', 'Pressione jogo da velha ou asterisco'],
    ['São R$ 10,50 às 14h30', 'São 10 reais e 50 centavos às 14 e 30'],
    ['Ligue 98765-4321 ou 1003021', 'Ligue 9 8 7 6 5 4321 ou 1 0 0 3 0 2 1'],
    ['Apartamento 501.', 'Apartamento 501.'],
    ['São 12.345,67 metros', 'São 12.345,67 metros'],
    ['Fale com o dr.', 'Fale com o doutor.'],
  ])('reads %j as %j in pt-BR', (text, spoken) => {
    expect(spokenText(text, 'pt-BR')).toBe(spoken)
  })

  it('reads signs and abbreviations in the language of the text', () => {
    expect(spokenText('Apt. 5 & #', 'en')).toBe('apartment 5 and pound')
    expect(spokenText('La Sra. García, depto. 5 #', 'es')).toBe(
      'La señora García, departamento 5 numeral',
    )
  })

  it.each([
    ['oi <break time="9s"/> tchau', 'oi break time 9s / tchau'],
    ['[[h@l]] {fim}', 'h arroba l fim'],
    ['a\u0000b\u001B[31mc\r\nd', 'a b 31mc d'],
    ['\u202Eabc\u202C \u200Bd', 'abc d'],
    ['Olá 😀🇧🇷 👨‍👩‍👧!', 'Olá !'],
    ['cafe\u0301', 'café'],
    ['\uD800x', 'x'],
  ])('never hands markup or control characters on: %j', (text, spoken) => {
    expect(spokenText(text, 'pt-BR')).toBe(spoken)
  })

  it('is plain for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const spoken = spokenText(text, 'pt-BR')
        expect(spoken).not.toMatch(/[<>{}[\]&\p{Cc}\p{Cf}\p{Cs}]/u)
        expect(spoken).toBe(spoken.trim())
      }),
    )
  })

  it('says the number of an apartment as a number', async () => {
    const pronounce = await pronouncer('pt-br')
    for (const [text, words] of [
      ['Apartamento 501.', 'Apartamento quinhentos e um.'],
      ['Apto. 12', 'apartamento doze'],
      ['Sra. Ana', 'senhora Ana'],
    ] as const) {
      expect(pronounce(spokenText(text, 'pt-BR'))).toBe(pronounce(words))
    }
    expect(pronounce('Apartamento 501.')).not.toBe(pronounce('Apartamento cinco zero um.'))
  })
})

describe('splitting a long text', () => {
  it('cuts after sentences, then phrases, then words', () => {
    expect(splitText('Um dois. Três quatro. Cinco', 22)).toEqual(['Um dois. Três quatro.', 'Cinco'])
    expect(splitText('Um dois, três quatro cinco', 12)).toEqual([
      'Um dois,',
      'três quatro',
      'cinco',
    ])
    expect(splitText('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)])
  })

  it('loses no word and keeps every part short', () => {
    const text = fc.array(fc.constantFrom('um', 'dois.', 'três,', 'quatro'), { maxLength: 60 })
    fc.assert(
      fc.property(text, (words) => {
        const parts = splitText(words.join(' '), 20)
        expect(parts.join(' ')).toBe(words.join(' '))
        expect(parts.every((part) => part.length <= 20)).toBe(true)
      }),
    )
  })

  it('knows what makes no sound', () => {
    expect(['', '...', ' ! '].some(isAudible)).toBe(false)
    expect(['1', 'é', '%'].every(isAudible)).toBe(true)
  })
})
