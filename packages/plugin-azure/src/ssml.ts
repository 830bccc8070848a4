/** Longer texts are cut: ten minutes of speech is what the service allows. */
const mostCharacters = 2_000
const slowest = 0.5
const fastest = 2

/** What can be spoken of a text: no control characters, nothing invisible, no half characters. */
export function speakable(text: string): string {
  const plain = text
    .slice(0, mostCharacters)
    .toWellFormed()
    .replace(/\p{Cf}/gu, '')
  return plain
    .replace(/[\p{C}\uFFFD]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** Whether anything of it can be heard. */
export function isAudible(text: string): boolean {
  return /[\p{L}\p{N}%$€£]/u.test(text)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

const escape = (text: string): string => text.replace(/[&<>"']/gu, (sign) => entities[sign] ?? '')

/**
 * One sentence as SSML (https://learn.microsoft.com/azure/ai-services/speech-service/speech-synthesis-markup). Text is
 * never markup. `speed` 1 is the voice's own; a style that is no word is left out.
 */
export function ssmlOf(
  text: string,
  o: { locale: string; voice: string; speed?: number; style?: string },
): string {
  let body = escape(text)
  const percent = Math.round((Math.min(fastest, Math.max(slowest, o.speed ?? 1)) - 1) * 100)
  if (Number.isFinite(percent) && percent !== 0) {
    body = `<prosody rate="${percent > 0 ? '+' : ''}${percent}%">${body}</prosody>`
  }
  if (o.style !== undefined && /^[a-z-]{1,40}$/iu.test(o.style)) {
    body = `<mstts:express-as style="${o.style}">${body}</mstts:express-as>`
  }
  const spaces =
    'xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="https://www.w3.org/2001/mstts"'
  const head = `<speak version="1.0" ${spaces} xml:lang="${escape(o.locale)}">`
  return `${head}<voice name="${escape(o.voice)}">${body}</voice></speak>`
}
