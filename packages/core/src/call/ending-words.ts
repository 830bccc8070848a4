import type { Language } from '../language.ts'

export type EndingWords = {
  /** Whoever says this last has not finished. Several words are one ending ("meu nome é"). */
  readonly goOn: readonly string[]
  /** What is said while one thinks: says neither that more comes nor that it does not. */
  readonly thinking: readonly string[]
  /** A single letter after one of these is a name ("bloco A"), no article or conjunction. */
  readonly named: readonly string[]
  /** Digits that are dictated one at a time: the next may follow. */
  readonly digits: readonly string[]
}

/**
 * The endings are few and sure, because a wrong one makes a visitor wait. Left out: "um" and "uma" (one), "in" and
 * "on" ("let me in"), "piso" ("quinto piso").
 */
export const endingWords: Readonly<Record<Language, EndingWords>> = {
  'pt-BR': {
    goOn: [
      ...['o', 'a', 'os', 'as', 'de', 'do', 'da', 'dos', 'das', 'no', 'na', 'nos', 'nas', 'em'],
      ...['para', 'pra', 'pro', 'pras', 'pros', 'ao', 'à', 'aos', 'às', 'com', 'por', 'pelo'],
      ...['pela', 'e', 'ou', 'mas', 'porque', 'que', 'meu', 'minha', 'sou', 'me chamo', 'aqui é'],
      ...['meu nome é', 'apartamento', 'apto', 'ap', 'bloco', 'torre', 'unidade', 'número'],
      ...['seu', 'dona', 'senhor', 'senhora'],
    ],
    thinking: ['é', 'eh', 'ah', 'hum', 'hã', 'então', 'tipo', 'assim', 'bom', 'olha', 'peraí'],
    named: ['bloco', 'torre', 'apartamento', 'apto', 'ap', 'unidade', 'casa'],
    digits: [
      ...['zero', 'um', 'uma', 'dois', 'duas', 'três', 'quatro', 'cinco', 'seis', 'meia'],
      ...['sete', 'oito', 'nove'],
    ],
  },
  en: {
    goOn: [
      ...['the', 'a', 'an', 'to', 'for', 'from', 'of', 'at', 'with', 'and', 'or', 'but', 'my'],
      ...['because', "i'm", 'i am', 'this is', 'my name is', 'apartment', 'unit', 'number'],
      ...['block', 'tower', 'building', 'mr', 'mrs', 'ms', 'miss'],
    ],
    thinking: ['um', 'uh', 'er', 'hm', 'hmm', 'well', 'so', 'like'],
    named: ['block', 'tower', 'building', 'apartment', 'unit'],
    digits: [
      ...['zero', 'oh', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
    ],
  },
  es: {
    goOn: [
      ...['el', 'la', 'los', 'las', 'un', 'a', 'al', 'de', 'del', 'en', 'con', 'por', 'para'],
      ...['y', 'e', 'o', 'u', 'pero', 'porque', 'que', 'mi', 'soy', 'me llamo', 'mi nombre es'],
      ...['apartamento', 'departamento', 'bloque', 'torre', 'unidad', 'número', 'señor'],
      ...['señora', 'don', 'doña'],
    ],
    thinking: ['eh', 'este', 'pues', 'bueno', 'ah', 'mmm', 'a ver'],
    named: ['bloque', 'torre', 'apartamento', 'departamento', 'unidad', 'casa'],
    digits: [
      ...['cero', 'uno', 'una', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'],
    ],
  },
}
