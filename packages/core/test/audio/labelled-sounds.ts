import { readdirSync, readFileSync } from 'node:fs'
import type { RecordedTurns } from '../../src/audio/turns.ts'
import { readWav } from '../../src/audio/wav.ts'

const defaultFolder = new URL('../../../../test/audio/', import.meta.url)

type Labels = Record<string, { text: string; speech_ms: [number, number][] }>

/** A labelled sound of test/audio. */
export type Sound = {
  readonly name: string
  /** `clean`, `street15` .. of NNN-kind.wav, `pause`, or `none`. */
  readonly kind: string
  readonly rate: number
  readonly samples: Int16Array
  /** Where speech is, [start, end] in ms. */
  readonly speech: readonly (readonly [number, number])[]
}

/** What the ear made of a sound, measured against its label. */
export type Verdict = {
  /** From the true start to the onset's event; negative is an onset in noise; null when there was none. */
  onsetDelayMs: number | null
  /** The first word began before the pre-roll that a caller keeps (300 ms before the estimated start). */
  firstWordLost: boolean
  /** Turns ended between the first and the last word although no pause was as long as the silence setting. */
  endedInside: number
  /** From the last word to the end's event, less the silence setting; null when there was none. */
  endDelayMs: number | null
  turns: number
}

const preRollMs = 300

function kindOf(name: string): string {
  const [first = '', second = ''] = name.replace('.wav', '').split('-')
  return first === 'none' || first === 'pause' ? first : second
}

/** Every sound of the folder, in the order of its labels. */
export function loadSounds(folder: URL = defaultFolder): Sound[] {
  const labels = JSON.parse(readFileSync(new URL('labels.json', folder), 'utf8')) as Labels
  const unlabelled = readdirSync(folder).filter((n) => n.endsWith('.wav') && !(n in labels))
  if (unlabelled.length > 0) throw new Error(`labels.json says nothing of ${unlabelled.join(', ')}`)
  return Object.entries(labels).map(([name, label]) => ({
    name,
    kind: kindOf(name),
    speech: label.speech_ms,
    ...readWav(readFileSync(new URL(name, folder))),
  }))
}

export function judge(sound: Sound, found: RecordedTurns, silenceMs: number): Verdict {
  const first = sound.speech[0]
  const last = sound.speech.at(-1)
  const turns = found.turns.length
  const none = { onsetDelayMs: null, endDelayMs: null, endedInside: 0, turns }
  if (!first || !last) return { ...none, firstWordLost: false }
  const firstTurn = found.turns[0]
  const lastTurn = found.turns.at(-1)
  if (!firstTurn || !lastTurn) return { ...none, firstWordLost: true }
  const pauses = sound.speech.slice(1).map(([start], i) => start - (sound.speech[i]?.[1] ?? 0))
  const splits = pauses.filter((pause) => pause >= silenceMs).length
  return {
    onsetDelayMs: firstTurn.onset_detected_ms - first[0],
    firstWordLost: firstTurn.start_ms - preRollMs > first[0],
    endedInside: Math.max(0, found.ends.filter((end) => end < last[1]).length - splits),
    endDelayMs: lastTurn.ended_ms - last[1] - silenceMs,
    turns,
  }
}
