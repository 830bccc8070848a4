/** Promise 33: the address of an AI that stands in a row is not trusted. */
import { settingsFrom } from '@portaria/core/config/settings-from'
import { startDaemon } from '@portaria/core/daemon'
import { silentLog } from '@portaria/core/log'
import aiHttp from '@portaria/plugin-ai-http'
import postgres from '@portaria/plugin-postgres'
import rules from '@portaria/plugin-rules'
import { startAiServer } from '@portaria/test-kit/emulators/ai-server'
import { callIn } from '@portaria/test-kit/phone'
import { pluginOf } from '@portaria/test-kit/plugin-of'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ownFolder } from '../cli/run-portaria.ts'
import { quietPorts } from '../support/quiet-ports.ts'
import { insertRow } from './rows.ts'
import { patience } from './serve-table.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ migrated: true })
}, 60_000)
afterAll(() => database[Symbol.asyncDispose]())

it('refuses the address of a row that points inside, and the rules reply in its place', async () => {
  await using inside = await startAiServer()
  await using own = await startAiServer()
  await using folder = await ownFolder()
  const [port = 0, returnPort = 0, otherPort = 0, otherReturn = 0] = await quietPorts(4)
  await database.sql(
    `INSERT INTO condominium_ia (condominium_id, ai_url) VALUES (1, '${inside.url}')`,
  )
  await insertRow(database, { number: '1000', port, returnPort, condominium: 1 })
  await insertRow(database, {
    number: '2000',
    port: otherPort,
    returnPort: otherReturn,
    condominium: 2,
  })
  const { settings } = settingsFrom({
    flags: { dataDir: folder.path },
    env: { DATABASE_URL: database.url, AUDIOSOCKET_BIND: '127.0.0.1', AI_API_URL: own.url },
    config: { tts: 'voice' },
  })
  const voice = pluginOf('voice', { tts: createToneVoice() })
  const plugins: Record<string, unknown> = { postgres, rules, voice, 'ai-http': aiHttp }
  await using daemon = await startDaemon({
    settings: { ...settings, api: { ...settings.api, port: 0 } },
    log: silentLog,
    version: 'test',
    resolve: (name) => Promise.resolve({ default: plugins[name] }),
  })
  const turnOf = async (at: number) => {
    await using phone = await callIn({ port: at })
    await phone.press('501#')
    await vi.waitFor(() => expect(daemon.call(phone.uuid)?.turns).toHaveLength(1), patience)
    return daemon.call(phone.uuid)?.turns[0]
  }
  expect(await turnOf(port)).toMatchObject({ providers: { dialogue: 'rules' } })
  expect(inside.connections).toBe(0)
  expect(inside.asked).toEqual([])
  expect(own.asked).toEqual([])
  // Without an address of its own, a condomínio talks to the operator's server, which may be inside.
  expect(await turnOf(otherPort)).toMatchObject({ providers: { dialogue: 'ai-http' } })
  expect(own.asked).toHaveLength(1)
}, 60_000)
