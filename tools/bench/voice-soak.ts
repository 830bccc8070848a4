/** Ten thousand turns in one process, some of which fail: what is left open, and whether memory grows. */
import { toneSentence } from '@portaria/test-kit/word-tones'
import { setTimeout as pause } from 'node:timers/promises'
import type { Open, Scenario, Served } from './voice-link.ts'
import type { Bench } from './voice-turns.ts'
import { loadSpeech, visit } from './voice-visitor.ts'

const turns = 10_000
/** A call ends after forty. */
const turnsOfCall = 34
const silenceMs = 200
const speech = loadSpeech('001-clean', { fromMs: 1_112, toMs: 1_355, silenceMs })
/** Every so many turns are spoken over the reply to the one before. */
const overEvery = 5

const scenario: Scenario = {
  finalAfterMs: 20,
  firstTokenMs: 20,
  firstByteMs: 20,
  speech: { characterMs: 60 },
  speculative: true,
  reply: toneSentence(1, 1),
  silenceMs,
  failing: [
    { kind: 'stt', fault: 'drop', every: 29 },
    { kind: 'dialogue', fault: 'error', every: 31 },
    { kind: 'tts', fault: 'drop', every: 37 },
  ],
}

/** What a turn may leave in memory: ended calls are kept for an hour, with what was said and how long it took. */
const keptBytes = 2_048

export async function measureSoak(bench: Bench): Promise<void> {
  const { server, figures } = bench
  const startedMs = performance.now()
  // A first daemon loads all code and fills what is filled once.
  await soak(bench, turns / 20)
  const before = await server.open()
  const samples = await soak(bench, turns)
  const after = await server.open()
  const minutes = (performance.now() - startedMs) / 60_000
  const what = `after ${turns} turns`
  const count = { share: 1, most: 0, unit: '' }
  for (const kind of new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])) {
    const left = (after.resources[kind] ?? 0) - (before.resources[kind] ?? 0)
    figures.most(`${kind} left open ${what}`, [left], count)
  }
  figures.most(
    `listeners on one signal, at most`,
    samples.map(({ listeners }) => listeners),
    {
      share: 1,
      most: 10,
      unit: '',
    },
  )
  figures.most('warnings of the runtime', [after.warnings.length], count)
  const perTurn = slope(samples.map((sample) => [sample.turns, sample.bytes]))
  figures.most('memory that a turn leaves while the daemon runs', [perTurn], {
    share: 1,
    most: keptBytes,
    unit: 'bytes',
  })
  figures.most('memory when all is closed, against before', [after.bytes / before.bytes], {
    share: 1,
    most: 1.1,
    unit: 'x',
  })
  figures.tell(`time for ${turns} turns`, `${minutes.toFixed(1)} minutes`)
}

type Sample = Open & { readonly turns: number }

/** So many turns with one daemon; what was open meanwhile, after the first fifth. */
async function soak({ server, pacer, calls }: Bench, wanted: number): Promise<readonly Sample[]> {
  const served = await server.start(scenario)
  const samples: Sample[] = []
  let done = 0
  const visitors = Array.from({ length: calls }, async (_, nth) => {
    await pause(nth * 10)
    while (done < wanted)
      await oneCall(served, { pacer, onTurn: () => (done += 1), wanted: () => done < wanted })
  })
  const ended = Promise.all(visitors).then(() => true)
  while (!(await Promise.race([ended, pause(5_000, false)]))) {
    if (done > wanted / 5) samples.push({ ...(await server.open()), turns: done })
  }
  await served.stop()
  return samples
}

async function oneCall(
  served: Served,
  o: { pacer: Bench['pacer']; onTurn: () => void; wanted: () => boolean },
): Promise<void> {
  await using visitor = await visit({ port: served.port, pacer: o.pacer })
  await visitor.phone.heard(0)
  for (let turn = 0; turn < turnsOfCall && o.wanted(); turn++) {
    const judgedMs =
      turn % overEvery === overEvery - 1
        ? (await visitor.phone.speak(speech.samples)) + speech.judgedAfterMs
        : await visitor.say(speech)
    await visitor.replied(judgedMs)
    o.onTurn()
  }
}

/** Least squares: how much the second grows with the first. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const along = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  return along / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
}
