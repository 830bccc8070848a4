import { ConfigError } from '@portaria/core/errors'

/** PostgreSQL keeps 63 bytes of a name: LISTEN would cut a longer one off, and hear nothing. */
const mostBytes = 63

/** The name as it is. Throws ConfigError where PostgreSQL takes no such channel. */
export function checkedChannel(name: string): string {
  if (name === '') {
    throw new ConfigError('a channel must have a name, such as change_record_extension_ia')
  }
  const bytes = Buffer.byteLength(name)
  if (bytes <= mostBytes) return name
  throw new ConfigError(
    `the channel's name has ${bytes} bytes; PostgreSQL takes at most ${mostBytes}: shorten it`,
  )
}
