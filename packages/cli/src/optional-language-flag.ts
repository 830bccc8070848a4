import { Flags } from '@oclif/core'
import { languages } from '@portaria/core/language'

/** `--lang`, by default the language of the configuration. */
export const optionalLanguageFlag = Flags.option({
  description: 'language (default: that of the configuration)',
  options: languages,
  aliases: ['language'],
})
