import { once } from 'node:events'
import { createServer, Server } from 'node:net'
import { quietPorts } from '../support/quiet-ports.ts'
import { type Log, silentLog } from '@portaria/core/log'
import { describe, expect, it, vi } from 'vitest'
import { aRow, createMemoryStore } from '../support/memory-store.ts'
import { accepts, startRig } from '../support/ramais-rig.ts'

const patience = { timeout: 10_000, interval: 20 }

async function pairs(count: number): Promise<(readonly [number, number])[]> {
  const ports = await quietPorts(count * 2)
  return Array.from({ length: count }, (_, i) => [ports[2 * i] ?? 0, ports[2 * i + 1] ?? 0])
}

/** Another program at a port. */
async function occupy(port: number): Promise<AsyncDisposable> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

describe('ramais that follow their table', () => {
  it('answer when their row is inserted, and no more when it is deleted', async () => {
    const [a, b] = (await pairs(2)) as [[number, number], [number, number]]
    const store = createMemoryStore([aRow(1, a)])
    await using rig = await startRig({ store })
    expect(rig.shown()).toBe(`1 ativo ${a[0]}/${a[1]}`)
    expect([await accepts(b[0]), await accepts(b[1])]).toEqual([false, false])
    store.put(aRow(2, b))
    await vi.waitFor(async () => expect(await accepts(b[1])).toBe(true), patience)
    await vi.waitFor(
      () => expect(rig.shown()).toBe(`1 ativo ${a[0]}/${a[1]}, 2 ativo ${b[0]}/${b[1]}`),
      patience,
    )
    store.drop(2)
    await vi.waitFor(async () => expect(await accepts(b[0])).toBe(false), patience)
    await vi.waitFor(() => expect(rig.shown()).toBe(`1 ativo ${a[0]}/${a[1]}`), patience)
    const states = rig.events
      .since(0)
      .flatMap((e) => (e.type === 'ramal' ? [`${e.ramal_id} ${e.status}`] : []))
    expect(states).toEqual(['1 ativo', '2 ativo', '2 removido'])
  })

  it('move to other ports, and overlap by one port without closing it', async () => {
    const [p = 0, q = 0, r = 0] = await quietPorts(3)
    const store = createMemoryStore([aRow(1, [p, q])])
    await using rig = await startRig({ store })
    store.put(aRow(1, [q, r]))
    await vi.waitFor(() => expect(rig.shown()).toBe(`1 ativo ${q}/${r}`), patience)
    expect(await Promise.all([p, q, r].map((port) => accepts(port)))).toEqual([false, true, true])
  })

  it('exchange their ports when two rows do', async () => {
    const [a, b] = (await pairs(2)) as [[number, number], [number, number]]
    const store = createMemoryStore([aRow(1, a), aRow(2, b)])
    await using rig = await startRig({ store })
    store.put(aRow(1, b), aRow(2, a))
    const exchanged = `1 ativo ${b[0]}/${b[1]}, 2 ativo ${a[0]}/${a[1]}`
    await vi.waitFor(() => expect(rig.shown()).toBe(exchanged), patience)
    expect(rig.alarms()).toEqual([])
  })

  it.each([
    ['AUTO_REFRESH', { settings: { autoRefreshSeconds: 0.05 } }],
    ['the safety read', { intervals: { safetyReadMs: 50 } }],
  ])('are read again by %s also when nobody tells of a change', async (_, often) => {
    const [a, b] = (await pairs(2)) as [[number, number], [number, number]]
    const store = createMemoryStore([aRow(1, a)])
    await using rig = await startRig({ store, ...often })
    await vi.waitFor(() => expect(rig.source().link).toBe('live'), patience)
    // The reads of the start are over when this one is.
    await rig.control.refresh({ acceptRemovals: false, signal: new AbortController().signal })
    store.rows.set(2, aRow(2, b))
    const both = `1 ativo ${a[0]}/${a[1]}, 2 ativo ${b[0]}/${b[1]}`
    await vi.waitFor(() => expect(rig.shown()).toBe(both), patience)
    expect(rig.source().hints).toEqual({ changed: 0, doubt: 0, ignored: 0 })
  })

  it('are said once to be open to all, where no list says who may connect', async () => {
    const [a, b, c] = (await pairs(3)) as [[number, number], [number, number], [number, number]]
    const warned: string[] = []
    const log: Log = { ...silentLog, child: () => log, warn: (_, text) => void warned.push(text) }
    const open = { ip_servidor: '0.0.0.0' }
    const store = createMemoryStore([aRow(1, a), aRow(2, b, open), aRow(3, c, open)])
    await using rig = await startRig({ store, log })
    expect(rig.list()).toHaveLength(3)
    expect(warned.filter((text) => text.includes('set "allow"'))).toHaveLength(1)
  })

  it('take what is no port for an invalid row, and serve all others', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    const bad = [aRow(2, [0, 9]), aRow(3, ['abc', 9]), aRow(4, ['  ', 9]), aRow(5, [9, 9])]
    const store = createMemoryStore([...bad, aRow(1, [`${a[0]}   `, `${a[1]}`])])
    await using rig = await startRig({ store })
    expect(rig.list().map(({ id, status }) => `${id} ${status}`)).toEqual([
      '1 ativo',
      ...[2, 3, 4, 5].map((id) => `${id} invalido`),
    ])
    expect(rig.get(3)?.motivo).toContain('porta_ia must be a port from 1 to 65535')
    expect(rig.source().serving).toBe('source')
    expect(rig.alarms().map(({ id }) => id)).toEqual(['rows-invalid'])
    expect(rig.alarms()[0]?.message).toMatch(/4 in all: porta_ia must be .* mend the row/)
    store.drop(2, 3, 4, 5)
    await vi.waitFor(() => expect(rig.shown()).toBe(`1 ativo ${a[0]}/${a[1]}`), patience)
    expect(rig.alarms()).toEqual([])
  })

  it('give a row without return port any free one', async () => {
    const [p = 0] = await quietPorts(1)
    const store = createMemoryStore([aRow(1, [p, null])])
    await using rig = await startRig({ store })
    const { porta_retorno = 0, porta_retorno_desejada, status } = rig.get(1) ?? {}
    expect({ porta_retorno_desejada, status }).toEqual({
      porta_retorno_desejada: null,
      status: 'ativo',
    })
    expect(porta_retorno).toBeGreaterThan(p)
    expect(await accepts(porta_retorno)).toBe(true)
  })

  it('find their ports when two rows wish one, and the lower id keeps it', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    const store = createMemoryStore([aRow(2, a)])
    await using rig = await startRig({ store, intervals: { tendMs: 50 } })
    store.put(aRow(1, a))
    await vi.waitFor(() => expect(rig.get(2)?.status).toBe('deslocado'), patience)
    expect(rig.get(1)).toMatchObject({ status: 'ativo', porta_ia: a[0], porta_retorno: a[1] })
    const moved = rig.get(2)
    expect(moved).toMatchObject({ porta_ia_desejada: a[0], porta_retorno_desejada: a[1] })
    expect(await accepts(moved?.porta_ia ?? 0)).toBe(true)
    expect(rig.alarms().map(({ id }) => id)).toEqual(['ramal-moved 2'])
    store.drop(1)
    await vi.waitFor(() => expect(rig.shown()).toBe(`2 ativo ${a[0]}/${a[1]}`), patience)
    expect(rig.alarms()).toEqual([])
  })

  it('move away from another program, and back when it is gone', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    const other = await occupy(a[1])
    const store = createMemoryStore([aRow(1, a)])
    await using rig = await startRig({ store, intervals: { tendMs: 50 } })
    expect(rig.get(1)).toMatchObject({ status: 'deslocado', porta_ia: a[0] })
    expect(rig.get(1)?.motivo).toContain(`port ${a[1]} belongs to another program`)
    await other[Symbol.asyncDispose]()
    await vi.waitFor(() => expect(rig.shown()).toBe(`1 ativo ${a[0]}/${a[1]}`), patience)
  })

  it('leave the port of the HTTP API alone', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    const store = createMemoryStore([aRow(1, a)])
    await using rig = await startRig({ store, reserved: new Map([[a[0], 'the HTTP API']]) })
    expect(rig.get(1)?.status).toBe('deslocado')
    expect(rig.get(1)?.motivo).toContain('belongs to the HTTP API')
    expect(await accepts(a[0])).toBe(false)
  })

  it('are listened for everywhere when their address is another machine’s', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    const store = createMemoryStore([aRow(1, a, { ip_servidor: '203.0.113.7' })])
    await using rig = await startRig({ store })
    expect(rig.get(1)).toMatchObject({ status: 'ativo', ip: '203.0.113.7' })
    expect(await accepts(a[0])).toBe(true)
  })

  it('say why their ports cannot be had', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    const store = createMemoryStore([aRow(1, a)])
    const settings = { audiosocket: { bind: '203.0.113.7' } }
    await using rig = await startRig({ store, settings })
    expect(rig.shown()).toBe(`1 recusado ${a[0]}/${a[1]}`)
    expect(rig.get(1)?.motivo).toContain('this machine has no such address: set AUDIOSOCKET_BIND')
  })

  it('open again a port that was closed behind their back', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    const listen = vi.spyOn(Server.prototype, 'listen')
    const store = createMemoryStore([aRow(1, a)])
    await using rig = await startRig({ store, intervals: { tendMs: 50 } })
    const servers = listen.mock.contexts.map((context) => context as Server)
    listen.mockRestore()
    for (const server of servers) server.close()
    await vi.waitFor(async () => expect(await accepts(a[0])).toBe(true), patience)
    await vi.waitFor(async () => expect(await accepts(a[1])).toBe(true), patience)
    expect(rig.shown()).toBe(`1 ativo ${a[0]}/${a[1]}`)
  })

  it('are restarted by number and by id', async () => {
    const [a] = (await pairs(1)) as [[number, number]]
    await using rig = await startRig({ store: createMemoryStore([aRow(1, a)]) })
    expect(await rig.control.restart({ ramal: '1010' })).toBe('restarted')
    expect(await rig.control.restart({ id: 1 })).toBe('restarted')
    expect(await rig.control.restart({ id: 2 })).toBe('unknown')
    expect(await accepts(a[0])).toBe(true)
    expect(rig.shown()).toBe(`1 ativo ${a[0]}/${a[1]}`)
  })

  it('are edited so that the answer is true', async () => {
    const [a, b] = (await pairs(2)) as [[number, number], [number, number]]
    await using rig = await startRig({ store: createMemoryStore([aRow(1, a)]) })
    const { edit } = rig.control
    const { id: _, ...draft } = aRow(2, b)
    const { signal } = new AbortController()
    const wished = { ...draft, porta_ia: b[0], porta_retorno: b[1] }
    expect(await edit?.create(wished, { signal })).toBe(2)
    expect(await accepts(b[0])).toBe(true)
    expect(await edit?.change(2, { ramal_ia: '2000' }, { signal })).toBe('changed')
    expect(rig.get(2)?.ramal_ia).toBe('2000')
    await expect(edit?.change(2, { porta_ia: b[1] }, { signal })).rejects.toThrow('must differ')
    expect(await edit?.remove(2, { signal })).toBe('removed')
    expect(await accepts(b[0])).toBe(false)
    expect(await edit?.remove(2, { signal })).toBe('missing')
  })

  it('let condomínios that are served follow', async () => {
    const [a, b] = (await pairs(2)) as [[number, number], [number, number]]
    const store = createMemoryStore([aRow(1, a)])
    await using rig = await startRig({ store })
    store.put(aRow(2, b, { condominio_id: 7 }))
    await vi.waitFor(() => expect(rig.condominiums()).toEqual([1, 7]), patience)
  })
})
