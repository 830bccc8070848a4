import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { legacySchema } from '@portaria/test-kit/legacy-schema'
import type { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'

type Role = { readonly user: string; readonly password: string }

/** One server for a test file, an empty database for each test. */
export function eachWithItsDatabase() {
  let server: TestDatabase | null = null
  let made = 0
  beforeAll(async () => {
    server = await startTestDatabase()
  })
  afterAll(() => server?.[Symbol.asyncDispose]())
  const running = (): TestDatabase => {
    if (server === null) throw new Error('the server was not started')
    return server
  }
  return {
    /** Another session in the database of `client`, as another role where one is given. */
    again: async (client: Client, role?: Role): Promise<Client> => {
      const url = new URL(running().url)
      url.pathname = `/${client.database ?? ''}`
      if (role !== undefined) Object.assign(url, { username: role.user, password: role.password })
      return running().client(url.href)
    },
    database: async (o: { legacy?: boolean } = {}): Promise<Client> => {
      made += 1
      const name = `test_${made}`
      await running().sql(`CREATE DATABASE ${name}`)
      const url = new URL(running().url)
      url.pathname = `/${name}`
      const client = await running().client(url.href)
      if (o.legacy === true) await client.query(legacySchema)
      return client
    },
    /** A role that may only connect. */
    role: async (user: string): Promise<Role> => {
      await running().sql(`CREATE ROLE "${user}" LOGIN PASSWORD 'secret'`)
      return { user, password: 'secret' }
    },
  }
}
