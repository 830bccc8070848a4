import { ConfigError } from '@portaria/core/errors'

/** NOTIFY takes less than 8,000 bytes: https://www.postgresql.org/docs/current/sql-notify.html */
const mostBytes = 7_999

const fewer =
  'send less, such as the id of a row, and let the listener read the rest from the table'

/** The text as it is. Throws ConfigError where it cannot be the payload of a notification. */
export function checkedPayload(text: string): string {
  const bytes = Buffer.byteLength(text)
  if (bytes > mostBytes) {
    throw new ConfigError(
      `the payload has ${bytes} bytes; PostgreSQL takes at most ${mostBytes} in a notification: ${fewer}`,
    )
  }
  if (text.includes('\0')) {
    throw new ConfigError('the payload has a NUL byte, which no text of PostgreSQL can hold')
  }
  return text
}

/** The payload that a pipe brings, without its last line end. Reads no more than is needed to refuse it. */
export async function payloadFrom(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input) {
    chunks.push(chunk)
    size += chunk.length
    // Room for the line end.
    if (size > mostBytes + 2) {
      throw new ConfigError(
        `standard input has more than ${mostBytes} bytes, which is what PostgreSQL takes in a notification: ${fewer}`,
      )
    }
  }
  return checkedPayload(utf8(Buffer.concat(chunks)).replace(/\r?\n$/, ''))
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new ConfigError('standard input is no UTF-8 text: convert it (iconv -t UTF-8)', {
      cause: error,
    })
  }
}
