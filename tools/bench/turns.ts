// `pnpm bench turns [FOLDER]`: what the ear makes of labelled sounds (default test/audio), per kind of noise,
// against what is promised in test/audio/README.md. Exit 1 when a promise is missed.
import { pathToFileURL } from 'node:url'
import { createEar } from '../../packages/core/src/audio/ear.ts'
import { type Rate, samplesPerFrame } from '../../packages/core/src/audio/frames.ts'
import { resample } from '../../packages/core/src/audio/resample.ts'
import { findTurns } from '../../packages/core/src/audio/turns.ts'
import {
  loadVoiceDetector,
  type VoiceDetector,
} from '../../packages/core/src/audio/voice-detector.ts'
import {
  judge,
  loadSounds,
  type Sound,
  type Verdict,
} from '../../packages/core/test/audio/labelled-sounds.ts'

const mostOnsetDelayMs = 120
const mostEndDelayMs = 100
/** What README.md promises, and street5; the others are measured and told. */
const promised = new Set(['clean', 'street15', 'street5', 'babble10', 'pause', 'none'])
const settings = [700, 350]

type Row = { kind: string; silenceMs: number; verdicts: Verdict[]; onsets: number }

const isNumber = (value: number | null): value is number => value !== null
const quantile = (values: number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))] ??
  NaN

function measure(sounds: Sound[], o: { silenceMs: number; detector: VoiceDetector }): Row[] {
  const kinds = [...new Set(sounds.map((sound) => sound.kind))]
  return kinds.map((kind) => {
    const found = sounds
      .filter((sound) => sound.kind === kind)
      .map((sound) => ({ sound, turns: findTurns(sound.samples, sound.rate, o) }))
    return {
      kind,
      silenceMs: o.silenceMs,
      verdicts: found.map(({ sound, turns }) => judge(sound, turns, o.silenceMs)),
      onsets: found.reduce((sum, { turns }) => sum + turns.onsets.length, 0),
    }
  })
}

/** What a row shows, and the promises that it misses. */
function figures(row: Row): { shown: Record<string, string | number>; missed: string[] } {
  const onsets = row.verdicts.map((v) => v.onsetDelayMs).filter(isNumber)
  const ends = row.verdicts.map((v) => v.endDelayMs).filter(isNumber)
  const isNone = row.kind === 'none'
  const sum = (of: (v: Verdict) => number): number => row.verdicts.reduce((s, v) => s + of(v), 0)
  const lost = sum((v) => Number(v.firstWordLost))
  const inside = sum((v) => v.endedInside)
  const turns = sum((v) => v.turns)
  const missed = [
    onsets.some((ms) => ms > mostOnsetDelayMs || ms < 0) && 'onset',
    lost > 0 && 'first word',
    inside > 0 && 'ended inside a pause',
    ends.some((ms) => ms > mostEndDelayMs) && 'end',
    isNone && row.onsets > 0 && 'false turns',
  ].filter((what) => typeof what === 'string')
  const delay = (values: number[], part: number): string | number =>
    isNone ? '-' : quantile(values, part)
  return {
    missed,
    shown: {
      sounds: row.verdicts.length,
      'silence ms': row.silenceMs,
      'onset p50': delay(onsets, 0.5),
      'onset max': delay(onsets, 1),
      'first word lost': isNone ? '-' : lost,
      'ended inside': isNone ? '-' : inside,
      'end p50': delay(ends, 0.5),
      'end max': delay(ends, 1),
      'false onsets': isNone ? row.onsets : '-',
      'false turns': isNone ? turns : '-',
      promise: promised.has(row.kind) ? (missed.length > 0 ? 'MISSED' : 'kept') : 'none made',
    },
  }
}

const warmUpRounds = 3
const ears = 200

/** Microseconds that an ear takes for 20 ms, with 200 calls in turn: the best of some rounds. */
function timePerFrame(samples: Int16Array, o: { rate: Rate; detector: VoiceDetector }): number {
  const events = { onset() {}, end() {}, falseStart() {} }
  const frame = samplesPerFrame(o.rate)
  const count = Math.floor(samples.length / frame)
  let best = Infinity
  for (let round = 0; round < 2 * warmUpRounds; round++) {
    const listening = Array.from({ length: ears }, () =>
      createEar({ ...o, silenceMs: 700, events }),
    )
    const before = performance.now()
    for (let i = 0; i < count; i++) {
      const pcm = samples.subarray(i * frame, (i + 1) * frame)
      for (const ear of listening) ear.push(pcm, (i + 1) * 20)
    }
    const micros = ((performance.now() - before) * 1_000) / (count * ears)
    if (round >= warmUpRounds) best = Math.min(best, micros)
    for (const ear of listening) ear.close()
  }
  return best
}

const folder = process.argv[2]
const sounds = loadSounds(folder === undefined ? undefined : pathToFileURL(`${folder}/`))
const detector = await loadVoiceDetector()
const rows = settings.flatMap((silenceMs) => measure(sounds, { silenceMs, detector }))
const table = rows.map((row) => ({ row, ...figures(row) }))
console.log('Delays in ms: onset after the true start, end after the last word plus the silence.')
console.table(
  Object.fromEntries(table.map(({ row, shown }) => [`${row.kind} ${row.silenceMs}`, shown])),
)
for (const name of ['002-clean.wav', '002-street15.wav', 'none-silence.wav']) {
  const sound = sounds.find((s) => s.name === name)
  if (!sound) continue
  const narrow = timePerFrame(sound.samples, { rate: 8_000, detector })
  const wide = timePerFrame(resample(sound.samples, 8_000, 16_000), { rate: 16_000, detector })
  console.log(
    `${name}: ${narrow.toFixed(1)} us a frame of 20 ms at 8 kHz, ${wide.toFixed(1)} at 16 kHz`,
  )
}
const missed = table.filter(({ row, missed: what }) => promised.has(row.kind) && what.length > 0)
for (const { row, missed: what } of missed) {
  console.error(`${row.kind}, silence ${row.silenceMs} ms: promise missed: ${what.join(', ')}`)
}
process.exitCode = missed.length > 0 ? 1 : 0
