import { isConfigError } from '@portaria/core/plugin'
import { describe, expect, it } from 'vitest'
import { type Target, targetOf } from '../../src/connection/target.ts'
import { options } from '../../src/options.ts'
import { linesOf } from '../support/lines.ts'

async function target(given: Record<string, unknown>): Promise<Target> {
  return targetOf(options.parse(given), linesOf().log)
}

describe('which database is meant', () => {
  it('is said by the parts of the environment, whose numbers are texts', async () => {
    const given = {
      host: 'db.example',
      port: '5433',
      database: 'portaria',
      user: 'ana',
      password: ' x ',
    }
    expect(await target(given)).toMatchObject({
      ...given,
      port: 5433,
      sslMode: 'prefer',
      place: 'postgres://ana@db.example:5433/portaria',
      url: 'postgres://ana:%20x%20@db.example:5433/portaria',
    })
  })

  it('is said by DATABASE_URL before the parts, and that is told', async () => {
    const lines = linesOf()
    const url = 'postgresql://ana:s%23nha%40@[::1]:6000/a%20b?sslmode=require&unknown=1'
    const parsed = options.parse({ url, host: 'other', database: 'other', ssl: 'verify-ca' })
    expect(await targetOf(parsed, lines.log)).toMatchObject({
      host: '::1',
      port: 6000,
      database: 'a b',
      user: 'ana',
      password: 's#nha@',
      sslMode: 'verify-ca',
      place: 'postgres://ana@[::1]:6000/a%20b',
    })
    expect(lines.texts.join('\n')).toMatch(/DB_HOST, DB_NAME and DB_USER beside it are not/)
    expect(lines.texts.join('\n')).toMatch(/not used.*unknown/)
    expect(lines.texts.join('\n')).not.toMatch(/s#nha|s%23nha/)
  })

  it.each([
    [{ host: '/run/postgresql', database: 'portaria' }],
    [{ url: 'postgres:///portaria?host=/run/postgresql' }],
    [{ url: 'postgres://%2Frun%2Fpostgresql/portaria' }],
  ])('may be behind a Unix socket: %j', async (given) => {
    const { host, database, url } = await target(given)
    expect({ host, database }).toEqual({ host: '/run/postgresql', database: 'portaria' })
    expect(url).toBe('postgres:///portaria?host=%2Frun%2Fpostgresql&port=5432')
  })

  it.each([
    { url: 'postgres://x/y?sslrootcert=system' },
    { host: 'x', caFile: 'system' },
    { url: 'postgres://x/y?sslrootcert=system&sslmode=verify-full' },
  ])(
    'is judged by the authorities of the system where they are named, as by libpq: %j',
    async (given) => {
      expect(await target(given)).toMatchObject({ sslMode: 'verify-full', ca: null })
    },
  )

  it.each([
    [{}, /set DATABASE_URL, or DB_HOST/],
    [{ url: 'mysql://ana:segredo@x/y' }, /must be postgres:\/\//],
    [{ url: 'postgres://ana:se#gre/do@x:y/z' }, /%23/],
    [{ url: 'postgres://ana:segredo%@x/y' }, /must be written as %25/],
    [{ url: 'postgres://ana:segredo@x:1,y:2/z' }, /one host/],
    [{ url: 'postgres://ana:segredo@x/y?port=70000' }, /1 to 65535/],
    [{ url: 'postgres://ana:segredo@x/y?sslmode=maybe' }, /sslmode must be/],
    [{ host: 'x', caFile: '/nowhere/ca.pem' }, /PGSSLROOTCERT/],
    [{ url: 'postgres://ana:segredo@x/y?sslrootcert=system&sslmode=require' }, /verify-full/],
    [{ host: 'x', password: 'segredo', caFile: 'system', ssl: 'verify-ca' }, /verify-full/],
  ])(
    'is refused, without showing the password, when it cannot be told: %j',
    async (given, message) => {
      const error = await target(given).catch((thrown: unknown) => thrown)
      expect(isConfigError(error)).toBe(true)
      expect((error as Error).message).toMatch(message)
      expect((error as Error).message).not.toMatch(/segredo|se#gre/)
    },
  )

  it.each([
    [{ port: 'abc' }],
    [{ port: '0' }],
    [{ ssl: 'perhaps' }],
    [{ pollSeconds: 60 }],
    [{ hots: 'x' }],
  ])('is not taken from options that are wrong: %j', (given) => {
    expect(options.safeParse(given).success).toBe(false)
  })
})
