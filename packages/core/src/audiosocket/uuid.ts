export const uuidBytes = 16

const textForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** 16 bytes as text: lower case, with hyphens. */
export function formatUuid(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < uuidBytes; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-'
    text += (bytes[i] ?? 0).toString(16).padStart(2, '0')
  }
  return text
}

/** The 16 bytes of a UUID in its usual form (any case, any version), or null when it is none. */
export function parseUuid(text: string): Uint8Array | null {
  if (!textForm.test(text)) return null
  const digits = text.replaceAll('-', '')
  return Uint8Array.from({ length: uuidBytes }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  )
}
