import { messageOf } from '@portaria/core/errors'
import { describe, expect, it } from 'vitest'
import { findCall } from '../../src/calls/find-call.ts'
import { createDaemonApi } from '../../src/daemon/daemon-api.ts'
import { type Answer, startAnsweringServer } from '../daemon/answering-server.ts'
import { aCall, aTurn } from './a-call.ts'

const { signal } = new AbortController()

async function find(
  id: string,
  answers: { known?: readonly unknown[]; kept?: readonly unknown[]; history?: Answer },
) {
  await using server = await startAnsweringServer(({ path }) =>
    path.startsWith('/api/history')
      ? (answers.history ?? { status: 200, body: { status: 'success', calls: answers.kept ?? [] } })
      : { status: 200, body: { status: 'success', total: 1, calls: answers.known ?? [] } },
  )
  const place = { url: server.url, token: null, trust: { type: 'system' }, why: 'test' } as const
  let refusal = ''
  const found = await findCall(createDaemonApi(place), id, signal).catch((error: unknown) => {
    refusal = messageOf(error)
  })
  return { found, refusal, asked: server.seen.map(({ path }) => path) }
}

const kept = {
  call_id: '7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab',
  ramal: '1000',
  started_at: '2025-01-01T12:00:00.000Z',
  ended_at: '2025-01-01T12:00:31.200Z',
  end_reason: 'decided',
  outcome: 'denied',
  turns: null,
}

describe('finding a call', () => {
  it('asks the daemon first, and the history only when it must', async () => {
    const { found, asked } = await find('7D0C', { known: [aCall({ turns: [aTurn()] })] })
    expect(found).toMatchObject({ from: 'daemon', call: { turns: [{ turn: 1 }] } })
    expect(asked).toEqual(['/api/calls?limit=10&call_id=7D0C'])
    const older = await find('7d0c', { kept: [kept] })
    expect(older.found).toMatchObject({ from: 'history', call: { outcome: 'denied', turns: null } })
    expect(older.asked[1]).toBe('/api/history?call_id=7d0c')
  })

  it('says which calls begin so, when there are several', async () => {
    const known = [aCall(), aCall({ call_id: '7d0c0000-8d2a-4a6e-9b1c-0123456789ab' })]
    const { refusal } = await find('7d0c', { known })
    expect(refusal).toMatch(/several calls begin with 7d0c: 7d0c7f5e-\S+, 7d0c0000-.*Write more/)
  })

  it('says where it looked, when there is none', async () => {
    const { refusal } = await find('7d0c', {})
    expect(refusal).toMatch(/no call begins with 7d0c: .*portaria calls list/)
    const old = await find('7d0c', { history: { status: 404, body: { message: 'x' } } })
    expect(old.refusal).toMatch(/no call begins with 7d0c/)
  })

  it('tells in the daemon’s words that the history is away', async () => {
    const body = { status: 'error', message: 'A fonte dos ramais não responde agora' }
    const { refusal } = await find('7d0c', { history: { status: 503, body } })
    expect(refusal).toContain('não responde agora')
  })

  it('asks nobody for what is no beginning of a UUID', async () => {
    for (const id of ['', 'xyz', '../status', '7d0c&limit=1']) {
      const { refusal, asked } = await find(id, {})
      expect(refusal).toContain('names no call')
      expect(asked).toEqual([])
    }
  })

  it('leaves out what a daemon of another version says otherwise', async () => {
    const strange = {
      ...aCall(),
      transcript: 'none',
      turns: [aTurn(), { turn: 'one' }],
      facts: null,
    }
    const { found } = await find('7d0c', { known: [strange, { call_id: 5 }] })
    expect(found).toMatchObject({ from: 'daemon', call: { transcript: [], facts: {} } })
    expect(found).toMatchObject({ call: { turns: [{ turn: 1 }] } })
    const older = await find('7d0c', { known: [{ ...aCall(), turns: undefined }] })
    expect(older.found).toMatchObject({ call: { turns: [] } })
  })
})
