import type { AzureOptions } from './options.ts'

const usualVoices: Readonly<Record<string, string>> = {
  pt: 'pt-BR-AntonioNeural',
  en: 'en-US-GuyNeural',
  es: 'es-MX-JorgeNeural',
}

const primary = (tag: string): string => tag.toLowerCase().split('-')[0] ?? ''

/** The service's locale for a language: `en` is en-US, unless the options say otherwise; others are pt-BR. */
export function localeOf(language: string, { locales }: AzureOptions): string {
  if (language !== 'pt-BR' && /^[a-z]{2,3}-[A-Za-z0-9-]{2,}$/u.test(language)) return language
  const [, locale] =
    Object.entries(locales).find(([known]) => primary(known) === primary(language)) ?? []
  return locale ?? locales['pt-BR']
}

/** The voice for a locale when none is asked for. */
export function voiceFor(locale: string, { voice }: AzureOptions): string {
  if (primary(voice) === primary(locale)) return voice
  return usualVoices[primary(locale)] ?? voice
}
