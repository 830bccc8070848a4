import type { CatalogueEntry, ModelCard } from '@portaria/plugin-sherpa/models'

/** One model of the catalogue in one line, and below it what it is. */
export function catalogueLines(entry: CatalogueEntry, pulled: boolean): string[] {
  const { name, kind, megabytes, languages, licence, about } = entry
  const size = megabytes === null ? '' : `, about ${megabytes} MB`
  const heard = languages.length === 0 ? '' : ` (${languages.join(', ')})`
  const head = `${name.padEnd(18)} ${kind}${heard}${size}`
  return [pulled ? `${head}  [pulled]` : head, `${' '.repeat(19)}${about}; ${licence}`]
}

/** Who vouched for what was pulled. */
export function checkLine({ name, sha256, checkedBy, from }: ModelCard): string {
  const by = {
    given: 'as --sha256 says',
    'checksum.txt': "as the server's checksum.txt says",
    'first use':
      'nobody vouched for it: the server has no checksum. It is remembered; compare it with one that you trust, ' +
      `or pull with --sha256`,
  }[checkedBy]
  return `${name} from ${from}\nsha256 ${sha256}, ${by}`
}
