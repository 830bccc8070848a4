import { describe, expect, test } from 'vitest'
import { ask, refused, send } from './ask.ts'
import { startRamaisApi } from './daemon-for-tests.ts'

describe('POST /api/refresh', () => {
  test.each([
    ['nothing at all', {}],
    ['a content type and no body', { headers: { 'content-type': 'application/json' } }],
    [
      'what curl sends for -d ""',
      { headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' } },
    ],
    ['an empty object', { headers: { 'content-type': 'application/json' }, body: '{}' }],
    ['null', { headers: { 'content-type': 'application/json' }, body: 'null' }],
  ])('reads everything again for %s', async (_, o) => {
    await using api = await startRamaisApi()
    expect(await ask(`${api.url}/api/refresh`, { method: 'POST', ...o })).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        message: 'Ramais atualizados',
        stats: { removed: 0, updated: 0, added: 0, held: 0, total_active: 1 },
      },
    })
    expect(api.asked).toEqual(['refresh false false'])
  })

  test('lets go of ramais that are held only when told so, and says how', async () => {
    await using api = await startRamaisApi({ held: 7 })
    const url = `${api.url}/api/refresh`
    expect(await send('POST', url)).toMatchObject({
      status: 200,
      body: { message: expect.stringMatching(/^Ramais atualizados; 7 .*accept_removals/) },
    })
    await send('POST', url, { body: { accept_removals: true } })
    expect(api.asked).toEqual(['refresh false false', 'refresh true false'])
  })

  test.each([
    [{ accept_removals: 'yes' }, 'accept_removals'],
    [[], 'objeto JSON'],
    ['{"accept', 'JSON'],
  ])('refuses %j', async (body, message) => {
    await using api = await startRamaisApi()
    expect(await send('POST', `${api.url}/api/refresh`, { body })).toMatchObject(
      refused(400, expect.stringContaining(message)),
    )
    expect(api.asked).toEqual([])
  })
})

describe('POST /api/restart', () => {
  test.each([
    [{ ramal: '1000' }, { ramal: '1000' }],
    [{ ramal: ' 1000 ' }, { ramal: '1000' }],
    [{ ramal: 1000 }, { ramal: '1000' }],
    [{ extension_id: 1 }, { id: 1 }],
    [{ extension_id: '1' }, { id: 1 }],
    [{ extension_id: 1, ramal: '7' }, { id: 1 }],
    [{ extension_id: null, ramal: '1000' }, { ramal: '1000' }],
  ])('restarts for %j', async (body, which) => {
    await using api = await startRamaisApi()
    expect(await send('POST', `${api.url}/api/restart`, { body })).toMatchObject({
      status: 200,
      body: { status: 'success', message: expect.stringContaining('reiniciado') },
    })
    expect(api.asked).toEqual([`restart ${JSON.stringify(which)}`])
  })

  test.each([undefined, {}, { ramal: '' }, { ramal: null }, { extension_id: 'x' }, []])(
    'refuses %j, which names no ramal',
    async (body) => {
      await using api = await startRamaisApi()
      expect(await send('POST', `${api.url}/api/restart`, { body })).toMatchObject(
        refused(400, expect.stringContaining('ramal ou extension_id')),
      )
      expect(api.asked).toEqual([])
    },
  )

  test('does not find a ramal that there is not', async () => {
    await using api = await startRamaisApi()
    for (const body of [{ ramal: '9999' }, { extension_id: 99 }]) {
      expect(await send('POST', `${api.url}/api/restart`, { body })).toMatchObject(
        refused(404, 'Ramal não encontrado'),
      )
    }
  })
})
