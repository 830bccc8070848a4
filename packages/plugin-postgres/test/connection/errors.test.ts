import { inspect } from 'node:util'
import { isProviderError } from '@portaria/core/plugin'
import { freePorts } from '@portaria/test-kit/free-ports'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { optionsOf } from '../support/a-store.ts'
import { ask } from '../support/ask.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase()
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
})

const secret = 'k3y#Sécreta'

async function failure(change: Record<string, unknown>): Promise<Error> {
  const url = new URL(optionsOf(database).url)
  const parts = {
    host: url.hostname,
    port: url.port,
    user: url.username,
    password: decodeURIComponent(url.password),
    database: 'postgres',
  }
  return ask({ ...parts, ...change }, 'SELECT 1').then(
    () => new Error('it connected'),
    (error: Error) => error,
  )
}

describe('a connection that cannot be opened', () => {
  it.each([
    [
      'a wrong password',
      { password: secret },
      /password of postgres is wrong; set DB_PASSWORD/,
      false,
    ],
    ['no such user', { user: 'zelador', password: secret }, /password of zelador is wrong/, false],
    ['no such database', { database: 'apoena' }, /no such database; set DB_NAME/, false],
    [
      'no such host',
      { host: 'portaria.invalid' },
      /portaria\.invalid is not found; correct DB_HOST/,
      true,
    ],
    ['no socket', { host: '/nowhere/postgresql' }, /no socket in \/nowhere\/postgresql/, true],
  ])('says what to mend: %s', async (_, change, message, retryable) => {
    const error = await failure(change)
    expect(error.message).toMatch(message)
    expect(isProviderError(error) && error.retryable).toBe(retryable)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
  })

  it('says that nobody listens, at which port', async () => {
    const [port] = await freePorts(1)
    expect((await failure({ port })).message).toMatch(`nobody listens on port ${port}`)
  })

  it('says that a password is wanted where there is none', async () => {
    expect((await failure({ password: undefined })).message).toMatch(
      /wants a password; set DB_PASSWORD/,
    )
  })
})
