import type { Language } from '@portaria/core/plugin'

/** How one language says what eSpeak NG would spell out, skip, or stop at. */
type Reading = {
  /** Abbreviations with or without their full stop; matched as whole words, in any case. */
  readonly words: Readonly<Record<string, string>>
  readonly signs: Readonly<Record<string, string>>
  readonly rewrites: readonly (readonly [RegExp, string])[]
}

const readings: Readonly<Record<Language, Reading>> = {
  'pt-BR': {
    words: {
      sr: 'senhor',
      sra: 'senhora',
      srs: 'senhores',
      sras: 'senhoras',
      srta: 'senhorita',
      dr: 'doutor',
      dra: 'doutora',
      prof: 'professor',
      profa: 'professora',
      av: 'avenida',
      apto: 'apartamento',
      ap: 'apartamento',
      bl: 'bloco',
      vc: 'você',
    },
    signs: { '#': 'jogo da velha', '*': 'asterisco', '&': 'e', '@': 'arroba', '+': 'mais' },
    rewrites: [
      [/\b(\d{1,2})h(\d{2})\b/gi, '$1 e $2'],
      [/R\$\s?(\d+(?:\.\d{3})*),00\b/g, '$1 reais'],
      [/R\$\s?(\d+(?:\.\d{3})*),(\d{2})\b/g, '$1 reais e $2 centavos'],
      [/R\$\s?(\d+(?:\.\d{3})*)/g, '$1 reais'],
    ],
  },
  en: {
    words: { apt: 'apartment', ave: 'avenue', bldg: 'building' },
    signs: { '#': 'pound', '*': 'star', '&': 'and', '@': 'at', '+': 'plus' },
    rewrites: [],
  },
  es: {
    words: {
      sr: 'señor',
      sra: 'señora',
      srta: 'señorita',
      dr: 'doctor',
      dra: 'doctora',
      ud: 'usted',
      uds: 'ustedes',
      avda: 'avenida',
      depto: 'departamento',
      dpto: 'departamento',
    },
    signs: { '#': 'numeral', '*': 'asterisco', '&': 'y', '@': 'arroba', '+': 'más' },
    rewrites: [[/\b(\d{1,2})h(\d{2})\b/gi, '$1 y $2']],
  },
}

const mostCharacters = 2_000

function readWords(text: string, words: Reading['words']): string {
  return text.replace(
    /(?<![\p{L}\p{N}])(\p{L}{2,5})(?![\p{L}\p{N}])(\.(?=\s+\S))?/gu,
    (found, word) => {
      const spoken = words[String(word).toLowerCase()]
      return spoken ?? found
    },
  )
}

function readSigns(text: string, signs: Reading['signs']): string {
  return text.replace(/[#*&@+]/g, (sign) => ` ${signs[sign] ?? ''} `)
}

/**
 * What the engine is given for a text: plain words. Markup is never interpreted (the engine reads SSML, and phonemes in
 * brackets): its characters become spaces; so do control characters and emoji. Abbreviations and signs become words,
 * and numbers of five digits and more (telephones, ramais) are spelled. At most 2,000 characters.
 */
export function spokenText(text: string, language: Language): string {
  const { words, signs, rewrites } = readings[language]
  let spoken = text
    .slice(0, mostCharacters)
    .toWellFormed()
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{C}\p{Extended_Pictographic}\p{Regional_Indicator}\uFE0F\uFFFD]/gu, ' ')
  for (const [pattern, replacement] of rewrites) spoken = spoken.replace(pattern, replacement)
  spoken = readSigns(readWords(spoken, words), signs)
    .replace(/[<>{}[\]\\^~|`_="]/g, ' ')
    .replace(/(?<=\d)[-–](?=\d)/g, ' ')
    .replace(/(?<![\d.,])\d{5,}(?![\d.,]\d)/g, (digits) => digits.split('').join(' '))
  return spoken.replace(/\s+/g, ' ').trim()
}

/** Whether anything of it can be heard. */
export function isAudible(text: string): boolean {
  return /[\p{L}\p{N}%$€£]/u.test(text)
}

/**
 * Cuts a text into parts of at most `longest` characters: after a sentence where there is one, else after a phrase, else
 * between words, so that a long text can be stopped between parts.
 */
export function splitText(text: string, longest = 300): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (rest.length > longest) {
    const head = rest.slice(0, longest)
    const at =
      /^.*[.!?…](?=\s)/su.exec(head)?.[0].length ??
      /^.*[,;:](?=\s)/su.exec(head)?.[0].length ??
      /^.*\S(?=\s)/su.exec(head)?.[0].length ??
      longest
    parts.push(rest.slice(0, at).trim())
    rest = rest.slice(at).trim()
  }
  if (rest !== '') parts.push(rest)
  return parts.filter(isAudible)
}
