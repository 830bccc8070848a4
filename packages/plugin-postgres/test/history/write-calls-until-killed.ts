/**
 * Writes calls into the history of a database, as fast as they are taken, through a spool in the folder given. Says
 * `delivered` when the first are. For a test that kills it. Each call's `unit` is its number in this run, `block` the run.
 */
import { aCall, aHistory, aWriter } from './a-history.ts'

const [url, dataDir, run] = process.argv.slice(2)
if (url === undefined || dataDir === undefined || run === undefined) {
  throw new Error('give the URL of the database, the data folder and the number of the run')
}

const history = await aHistory(url)
const writer = aWriter(history, dataDir)
let isSaid = false
for (let number = 1; ;) {
  for (let more = 0; more < 20; more += 1) {
    writer.add(aCall({ unit: String(number), block: run }))
    number += 1
  }
  if (!isSaid && writer.stats().delivered > 0) {
    process.stdout.write('delivered\n')
    isSaid = true
  }
  // A slow machine must not be outrun: at most some hundred wait.
  do await new Promise(setImmediate)
  while (writer.stats().spooled > 200)
}
