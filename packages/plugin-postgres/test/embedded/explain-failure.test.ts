import { ConfigError, isConfigError } from '@portaria/core/plugin'
import { describe, expect, it } from 'vitest'
import { explainFailure } from '../../src/embedded/explain-failure.ts'

const where = { cluster: '/srv/data/postgres' }

describe('a server that does not start', () => {
  it.each([
    ['FATAL:  could not create shared memory segment: No space left on device', /shm-size/],
    ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', /shm-size/],
    ['PANIC:  could not write to file "pg_wal/xlogtemp.9": No space left on device', /make room/],
    ['initdb: error: could not create directory "/x": Read-only file system', /is read-only/],
    ['FATAL:  data directory "/x" has wrong ownership', /chown/],
    [
      'postgres: error while loading shared libraries: libicui18n.so.60: cannot open shared object file',
      /install scripts/,
    ],
    ["postgres: /lib/libc.so.6: version `GLIBC_2.28' not found", /DATABASE_URL/],
    ['PANIC:  could not locate a valid checkpoint record at 0/1', /damaged/],
    ['FATAL:  something new', /something new\. Mend what it says/],
  ])('is explained from %s', (line, remedy) => {
    const time = '2026-11-21 07:18:56.217 UTC [9] '
    const said = `${time}LOG:  starting\n${/^[A-Z]+:/.test(line) ? time : ''}${line}\n`
    const error = explainFailure(new Error(said), where)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toMatch(remedy)
    expect(String(error)).toContain('/srv/data/postgres')
    expect(String(error)).not.toContain('2026')
  })

  it('keeps what is explained already', () => {
    const error = new ConfigError('no port is free')
    expect(explainFailure(error, where)).toBe(error)
  })
})
