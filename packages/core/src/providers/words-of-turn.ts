import type { Language } from '../language.ts'
import { cleanLine } from '../speech/clean-text.ts'
import type { Turn } from './dialogue.ts'

/** More than anybody says in one turn. */
const longestWords = 4_000

type Sentences = {
  readonly pressed: (keys: string) => string
  readonly repeat: string
  readonly silent: string
}

/** What is no speech reaches an AI as a sentence. */
const sentences: Record<Language, Sentences> = {
  'pt-BR': {
    pressed: (keys) => `Digitei ${keys} no teclado.`,
    repeat: 'Pode repetir, por favor?',
    silent: '(O visitante não disse nada.)',
  },
  en: {
    pressed: (keys) => `I pressed ${keys} on the keypad.`,
    repeat: 'Could you repeat that, please?',
    silent: '(The visitor said nothing.)',
  },
  es: {
    pressed: (keys) => `Marqué ${keys} en el teclado.`,
    repeat: '¿Puede repetir, por favor?',
    silent: '(El visitante no dijo nada.)',
  },
}

/** A turn in words, for an AI; null: the visitor pressed 0, which asks for a human and needs no AI. */
export function wordsOfTurn(turn: Turn, language: Language): string | null {
  const say = sentences[language]
  switch (turn.type) {
    case 'silence':
      return say.silent
    case 'said': {
      const words = cleanLine(turn.text, longestWords)
      return words === '' ? say.silent : words
    }
    case 'digits': {
      const keys = turn.digits.slice(turn.digits.lastIndexOf('*') + 1).replace(/\D/gu, '')
      if (keys === '0') return null
      return keys === '' ? say.repeat : say.pressed(keys)
    }
  }
}
