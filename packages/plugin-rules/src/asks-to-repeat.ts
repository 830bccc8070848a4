import { isMark, visitTokens } from './visit-tokens.ts'

const requests: Readonly<Record<'pt' | 'en' | 'es', RegExp>> = {
  pt: /^(?:hein|como|oi|que|o que|como assim|como e|repete|repita|de novo|nao entendi|nao ouvi|nao escutei|desculpa nao entendi|(?:pode|poderia) repetir|(?:fala|fale) de novo|ajuda|me ajuda)(?: por favor)?$/u,
  en: /^(?:what|pardon|sorry|excuse me|repeat|again|say (?:that )?again|come again|i didnt (?:hear|understand|get that)|can you repeat(?: that)?|help|help me)(?: please)?$/u,
  es: /^(?:que|como|perdon|repita|repite|otra vez|no entendi|no le entendi|no escuche|puede repetir|ayuda)(?: por favor)?$/u,
}

/** "Não entendi", "pode repetir?": the last question is to be heard once more. */
export function asksToRepeat(text: string, language: string): boolean {
  const words = visitTokens(text).filter((token) => !isMark(token))
  const said = words.map((token) => token.plain).join(' ')
  const known = language.startsWith('en') ? 'en' : language.startsWith('es') ? 'es' : 'pt'
  return requests[known].test(said)
}
