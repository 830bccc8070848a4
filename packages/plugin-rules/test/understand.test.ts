import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { understandBlock, understandName, understandVisit } from '../src/understand.ts'

/** Lines of `what a visitor said => fact=value; fact=value`. */
function visitsIn(language: string): { text: string; wanted: Record<string, string> }[] {
  const file = new URL(`./visits/${language.toLowerCase()}.txt`, import.meta.url)
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [text = '', facts = ''] = line.split(/ =>\s*/u)
      const pairs = facts.split('; ').filter((fact) => fact !== '')
      return { text, wanted: Object.fromEntries(pairs.map((fact) => fact.split('='))) }
    })
}

const understood = (text: string, language: string) => {
  const { withdrawn, ...facts } = understandVisit(text, language)
  return withdrawn === undefined ? facts : { ...facts, withdrawn: withdrawn.join() }
}

const unaccented = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '')

describe.each(['pt-BR', 'en', 'es'])('what visitors say in %s', (language) => {
  it('tells the facts that people hear in it, and no others', () => {
    const wrong = visitsIn(language)
      .map(({ text, wanted }) => ({ text, wanted, got: understood(text, language) }))
      .filter(({ wanted, got }) => JSON.stringify(sorted(wanted)) !== JSON.stringify(sorted(got)))
    expect(wrong).toEqual([])
  })

  it('tells the same without accents', () => {
    const wrong = visitsIn(language)
      .map(({ text, wanted }) => ({
        text,
        wanted: sorted(wanted, unaccented),
        got: sorted(understood(unaccented(text), language)),
      }))
      .filter(({ wanted, got }) => JSON.stringify(wanted) !== JSON.stringify(got))
    expect(wrong).toEqual([])
  })

  it('tells the same unit and block in capitals', () => {
    const wrong = visitsIn(language)
      .map(({ text, wanted }) => ({ text, wanted, got: understood(text.toUpperCase(), language) }))
      .filter(({ wanted, got }) => wanted['unit'] !== got.unit || wanted['block'] !== got.block)
    expect(wrong).toEqual([])
  })
})

function sorted(facts: Record<string, string>, change = (value: string) => value) {
  return Object.entries(facts)
    .map(([name, value]) => [name, change(value)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const spelled = {
  'pt-BR': {
    low: 'zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove',
    tens: 'vinte trinta quarenta cinquenta sessenta setenta oitenta noventa',
    hundreds:
      'cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos',
    and: ' e ',
    thousand: 'mil',
  },
  es: {
    low: 'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve',
    tens: 'veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa',
    hundreds:
      'ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos',
    and: ' y ',
    thousand: 'mil',
  },
  en: {
    low: 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
    tens: 'twenty thirty forty fifty sixty seventy eighty ninety',
    hundreds:
      'one hundred|two hundred|three hundred|four hundred|five hundred|six hundred|seven hundred|eight hundred|nine hundred',
    and: '-',
    thousand: 'thousand',
  },
}

/** A number below 10,000 as people say it. */
function spell(value: number, language: keyof typeof spelled, and: boolean): string {
  const words = spelled[language]
  const low = words.low.split(' ')
  const hundreds = words.hundreds.split(/[ |](?!hundred)/u)
  const below100 = (n: number): string => {
    if (n < 20) return low[n] ?? ''
    const ten = words.tens.split(' ')[Math.floor(n / 10) - 2] ?? ''
    return n % 10 === 0 ? ten : `${ten}${words.and}${low[n % 10]}`
  }
  const link = and && language === 'pt-BR' ? ' e ' : ' '
  const below1000 = (n: number): string => {
    if (n < 100) return below100(n)
    if (n === 100 && language !== 'en') return language === 'es' ? 'cien' : 'cem'
    const hundred = hundreds[Math.floor(n / 100) - 1] ?? ''
    return n % 100 === 0 ? hundred : `${hundred}${link}${below100(n % 100)}`
  }
  const thousands = Math.floor(value / 1000)
  if (thousands === 0) return below1000(value)
  const head = thousands === 1 && language !== 'en' ? 'mil' : `${low[thousands]} ${words.thousand}`
  return value % 1000 === 0 ? head : `${head}${link}${below1000(value % 1000)}`
}

describe.each(['pt-BR', 'en', 'es'] as const)('a unit spoken in %s', (language) => {
  const keyword = { 'pt-BR': 'apartamento', en: 'apartment', es: 'departamento' }[language]

  it('is understood as the number it spells, up to 9,999', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), fc.boolean(), (value, and) => {
        const text = `${keyword} ${spell(value, language, and)}`
        expect([text, understandVisit(text, language).unit]).toEqual([text, String(value)])
      }),
      { numRuns: 1_000 },
    )
  })

  it('is understood digit by digit', () => {
    const low = spelled[language].low.split(' ')
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 2, maxLength: 4 }), (digits) => {
        const text = `${keyword} ${digits.map((digit) => low[digit]).join(' ')}`
        expect([text, understandVisit(text, language).unit]).toEqual([text, digits.join('')])
      }),
    )
  })
})

describe('any text', () => {
  it('is read without an error, and yields only digits as a unit', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string()),
        fc.constantFrom('pt-BR', 'en', 'es', 'fr', ''),
        (text, language) => {
          expect(understandVisit(text, language).unit ?? '0').toMatch(/^\d{1,4}$/u)
        },
      ),
    )
  })

  it('is read quickly however long it is', () => {
    const before = performance.now()
    for (const text of ['um '.repeat(4_000), 'o Carlos '.repeat(2_000), 'não é '.repeat(3_000)]) {
      understandVisit(text, 'pt-BR')
    }
    expect(performance.now() - before).toBeLessThan(10_000)
  })
})

describe('a short answer', () => {
  it('to “what is your name?” is a name, introduced or not', () => {
    for (const text of ['joão pedro', 'é o João Pedro', 'João Pedro.', 'sou o joão pedro']) {
      expect([text, understandName(text, 'pt-BR')?.toLowerCase()]).toEqual([text, 'joão pedro'])
    }
    expect(understandName('não sei', 'pt-BR')).toBeNull()
    expect(understandName('uma entrega', 'pt-BR')).toBeNull()
  })

  it('to “which block?” is a block, named or not', () => {
    for (const text of ['B', 'b.', 'bê', 'o B', 'bloco B', 'é no bloco b', 'é o bê']) {
      expect([text, understandBlock(text, 'pt-BR')]).toEqual([text, 'B'])
    }
    expect(understandBlock('dois', 'pt-BR')).toBe('2')
    expect(understandBlock('o 2', 'pt-BR')).toBe('2')
    expect(understandBlock('não sei', 'pt-BR')).toBeNull()
    expect(understandBlock('', 'pt-BR')).toBeNull()
  })
})
