import type { Language } from '@portaria/core/language'

/** What a visitor says most often: spoken by voices, heard by recognisers, told to dialogues. */
export const testSentence: Readonly<Record<Language, string>> = {
  'pt-BR': 'Bom dia, tenho uma entrega para o apartamento 501.',
  en: 'Good morning, I have a delivery for apartment 501.',
  es: 'Buenos días, traigo una entrega para el apartamento 501.',
}
