export const languages = ['pt-BR', 'en', 'es'] as const

/** A BCP 47 tag that Portaria speaks and understands. */
export type Language = (typeof languages)[number]
