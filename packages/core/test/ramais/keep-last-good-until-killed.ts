/**
 * Writes one configuration after another into the folder given, each with more rows than the one before, and says how
 * many are safe on disk. For a test that kills it.
 */
import { silentLog } from '../../src/log.ts'
import { createLastGoodWriter } from '../../src/ramais/write-last-good.ts'
import { aRamal } from './a-ramal.ts'

const [dataDir, first] = process.argv.slice(2)
if (dataDir === undefined) throw new Error('give the folder to write into')

const onFailure = (error: Error | null): void => {
  if (error !== null) throw error
}
const writer = createLastGoodWriter({ dataDir, log: silentLog, onFailure })
for (let count = Number(first); ; count += 1) {
  writer.write(Array.from({ length: count }, (_, index) => aRamal(index + 1)))
  await writer.settled()
  process.stdout.write(`${count}\n`)
}
