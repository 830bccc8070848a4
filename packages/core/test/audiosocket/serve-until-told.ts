/** A server for a process of its own (see few-files.test.ts): prints its port, then a line for each call that arrives. */
import { createPacer } from '../../src/audio/pacer.ts'
import { createAdmission } from '../../src/audiosocket/admission.ts'
import { startAudioSocketServer } from '../../src/audiosocket/server.ts'
import { silentLog } from '../../src/log.ts'
import { silence } from './a-server.ts'

const warn = (_fields: object, message: string): void => console.log(message)
const server = await startAudioSocketServer({
  host: '127.0.0.1',
  port: 0,
  allow: null,
  admission: createAdmission({ maxWithoutUuidPerAddress: 1_000 }),
  pacer: createPacer(),
  log: { ...silentLog, warn, error: warn },
  uuidTimeoutMs: 60_000,
  onConnection(connection) {
    console.log(`call ${connection.uuid}`)
    const sink = { onFrame: () => undefined }
    connection.attach({
      sink,
      source: silence,
      onDigit: () => undefined,
      onClosed: () => undefined,
    })
  },
})
console.log(`port ${server.port}`)
