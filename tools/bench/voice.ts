/**
 * `node tools/bench/voice.ts [CALLS] [turns|failover|soak]`, all by `pnpm bench voice`: what a turn takes of our own time, with providers emulated at fixed delays; what failing ones
 * add; and what is left open after 10,000 turns. Exit 1 when a promise is missed.
 */
import { createPacer } from '@portaria/core/audio/pacer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goFirst } from './go-first.ts'
import { network, runInOwnNetwork } from './own-network.ts'
import { createFigures } from './voice-figures.ts'
import { measureFailover, measureRepeats } from './voice-failover.ts'
import { measureSoak } from './voice-soak.ts'
import { startVoiceServer } from './voice-link.ts'
import { measureTurns } from './voice-turns.ts'

const own = runInOwnNetwork()
process.exitCode = own ?? (await measure())

async function measure(): Promise<number> {
  const calls = Number(process.argv[2] ?? 100)
  const first = goFirst() ? 'before other programs' : 'among other programs'
  console.log(`${calls} calls at once; network: ${network}; running ${first}`)
  const dataDir = mkdtempSync(join(tmpdir(), 'portaria-bench-'))
  const figures = createFigures()
  const pacer = createPacer()
  const server = startVoiceServer(dataDir)
  try {
    const bench = { server, pacer, figures, calls }
    if (wants('turns')) await measureTurns(bench)
    if (wants('failover')) {
      await measureFailover(bench)
      await measureRepeats(bench)
    }
    if (wants('soak')) await measureSoak(bench)
  } finally {
    pacer[Symbol.dispose]()
    await server.close()
    rmSync(dataDir, { recursive: true })
  }
  figures.print()
  return figures.missed === 0 ? 0 : 1
}

function wants(part: string): boolean {
  const only = process.argv[3]
  return only === undefined || only === part
}
