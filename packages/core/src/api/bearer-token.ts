import { createHash, timingSafeEqual } from 'node:crypto'
import { ApiError } from './api-error.ts'

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * Refuses a request whose `Authorization` is not `Bearer <token>` (RFC 6750): 401, in a time and with words that tell
 * nothing of the token. The time grows with the header's length only: audio waits meanwhile, and anybody may ask.
 */
export function createTokenGuard(token: string): (authorization: string | undefined) => void {
  const expected = digestOf(token)
  return (authorization) => {
    const given = /^bearer +(\S.*)$/i.exec(authorization?.trimEnd() ?? '')?.[1] ?? ''
    if (timingSafeEqual(digestOf(given), expected)) return
    throw new ApiError(401, 'Não autorizado: envie Authorization: Bearer <API_TOKEN>', {
      'www-authenticate': 'Bearer realm="portaria"',
    })
  }
}
