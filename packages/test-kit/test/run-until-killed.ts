import { startTestDatabase } from '../src/test-database.ts'

/** A test process that is killed before it disposes of anything. */
const database = await startTestDatabase()
console.log(JSON.stringify({ dataDir: database.dataDir, port: database.port }))
setInterval(() => undefined, 60_000)
