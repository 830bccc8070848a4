import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitSentences } from '../../src/speech/sentences.ts'

describe('splitSentences', () => {
  it.each<[string, string[]]>([
    ['Condomínio Apoena. Em que posso ajudar?', ['Condomínio Apoena.', 'Em que posso ajudar?']],
    ['Olá! Tudo bem? Aguarde, por favor.', ['Olá!', 'Tudo bem?', 'Aguarde, por favor.']],
    ['Buenos días. ¿A quién busca? ¡Gracias!', ['Buenos días.', '¿A quién busca?', '¡Gracias!']],
    ['Good morning. Who is it?', ['Good morning.', 'Who is it?']],
    ['Apartamento 501. Aguarde.', ['Apartamento 501.', 'Aguarde.']],
    ['É no bloco B. Aguarde.', ['É no bloco B.', 'Aguarde.']],
    ['Unidade 12 B. Aguarde.', ['Unidade 12 B.', 'Aguarde.']],
    ['Claro que no. 501 está vacío.', ['Claro que no. 501 está vacío.']],
    ['Disse que não. Obrigado.', ['Disse que não.', 'Obrigado.']],
    ['Ele disse "espere". Obrigado.', ['Ele disse "espere".', 'Obrigado.']],
    ['Ele disse "espere." Obrigado.', ['Ele disse "espere."', 'Obrigado.']],
    ['Olá!Tudo bem?Sim.Aguarde', ['Olá!', 'Tudo bem?', 'Sim.', 'Aguarde']],
    ['Primeira linha\nSegunda linha\n\nTerceira', ['Primeira linha', 'Segunda linha', 'Terceira']],
    ['São pacotes, caixas etc. Pode subir.', ['São pacotes, caixas etc.', 'Pode subir.']],
    ['Sério?! Não acredito...', ['Sério?!', 'Não acredito...']],
  ])('splits %j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences)
  })

  it.each([
    'O Sr. Daniel dos Reis mora na Av. Brasil, apto. 501',
    'A Dra. Ana e a Profa. Lúcia chegaram.',
    'Fica na R. Augusta, n. 12',
    'Chamei João P. Silva e J.K. Rowling.',
    'São R$ 1.250,50 ou 3.5 kg às 14.30 horas.',
    'Mr. Smith and Mrs. Jones live on Main St. North, apt. 5.',
    'El Sr. García y la Dra. López, Avda. Mayor núm. 4.',
    'It is no. 5, ext. 12.',
    'Hum... deixa eu ver.',
    'São pacotes, caixas etc. e flores.',
    'Veja em portaria.com.br agora.',
  ])('keeps %j whole', (text) => {
    expect(splitSentences(text)).toEqual([text])
  })

  it('finds no sentence in nothing', () => {
    expect(splitSentences('')).toEqual([])
    expect(splitSentences(' \n\t ')).toEqual([])
  })

  it('keeps marks that stand alone with their neighbour', () => {
    expect(splitSentences('... Alô? ! Sim.')).toEqual(['... Alô? !', 'Sim.'])
  })

  it('loses nothing but white space, and gives no empty sentence', () => {
    const piece = fc.constantFrom(
      'Sr',
      'a',
      'B',
      '5',
      '.',
      '!',
      '?',
      '…',
      ' ',
      '\n',
      '"',
      ')',
      'ção',
      '¿',
      '😀',
    )
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(piece).map((p) => p.join('')),
    )
    fc.assert(
      fc.property(text, (value) => {
        const sentences = splitSentences(value)
        expect(sentences.join('').replace(/\s/g, '')).toBe(value.replace(/\s/g, ''))
        expect(sentences.every((sentence) => sentence !== '' && sentence === sentence.trim())).toBe(
          true,
        )
      }),
    )
  })

  it('takes no more than a moment for a text of any shape', () => {
    const started = performance.now()
    for (const unit of ['. ', '\n ', 'a', '.', 'Sr. ', ' ', '"'])
      splitSentences(unit.repeat(50_000))
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
