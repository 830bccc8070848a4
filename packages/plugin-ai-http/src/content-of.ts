import { cleanLine, type Language, type Turn } from '@portaria/core/plugin'

/** More than anybody says in one turn. */
const longestWords = 4_000

type Sentences = {
  readonly pressed: (keys: string) => string
  readonly repeat: string
  readonly silent: string
}

/** What is no speech reaches the server as a sentence: it knows only `content`. */
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

/** The `content` of a turn; null: the visitor pressed 0, which asks for a human and needs no AI. */
export function contentOf(turn: Turn, language: Language): string | null {
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
