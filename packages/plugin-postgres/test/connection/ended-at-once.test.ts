import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { silentLog } from '@portaria/core/log'
import { expect, it } from 'vitest'
import { createConnector } from '../../src/connection/connector.ts'
import { createDatabase } from '../../src/connection/database.ts'
import { targetOf } from '../../src/connection/target.ts'
import { options } from '../../src/options.ts'

/** A message of the server: its type, its length and its body. */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.from(`${type}0000`)
  head.writeUInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}

const welcome = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))])
const terminated = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
)

it('a session that the server ends in the packet in which it begins costs a read, not the process', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(Buffer.concat([welcome, terminated])))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `postgres://portaria@127.0.0.1:${port}/portaria?sslmode=disable`
  const target = await targetOf(options.parse({ url }), silentLog)
  await using database = createDatabase({ connector: createConnector(target), log: silentLog })
  const { signal } = new AbortController()
  await expect(database.read('SELECT 1', [], { signal })).rejects.toMatchObject({
    retryable: true,
  })
  server.close()
})
