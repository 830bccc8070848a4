import { Flags } from '@oclif/core'
import { type Language, languages } from '@portaria/core/language'

/** `--lang`: one of the languages that Portaria speaks. */
export const languageFlag = Flags.custom<Language>({
  description: 'language of the text',
  options: [...languages],
  default: 'pt-BR',
  parse: async (input) => languages.find((language) => language === input) ?? 'pt-BR',
})
