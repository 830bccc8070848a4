import type { Rate } from '../audio/frames.ts'
import { createResampler, designFilterBank, type FilterBank } from '../audio/resample.ts'
import { type AudioKind, legRate, sampleRateHz } from './kinds.ts'

/** Turns the payloads of one leg into samples at the leg's rate. */
export interface Intake {
  /** Known from the first audio on; 8000 before. */
  readonly rate: Rate
  /** `payload` has an even offset and an even length. The answer is borrowed, and may be empty. */
  take(kind: AudioKind, payload: Uint8Array): Int16Array
}

/** Makes the intakes of one server: they share filters, which cost milliseconds to design. */
export type IntakeFactory = () => Intake

export function createIntakeFactory(): IntakeFactory {
  const banks = new Map<string, FilterBank>()

  function bankOf(from: number, to: number): FilterBank {
    const key = `${from}>${to}`
    const bank = banks.get(key) ?? designFilterBank(from, to)
    banks.set(key, bank)
    return bank
  }

  return () => createIntake(bankOf)
}

/** The kind of the first audio decides the leg's rate; what comes in another kind later is resampled to it. */
function createIntake(bankOf: (from: number, to: number) => FilterBank): Intake {
  let rate: Rate = 8000
  let lastKind: AudioKind | null = null
  let view = new Int16Array(0)
  let convert: ((pcm: Int16Array) => Int16Array) | null = null

  function change(kind: AudioKind): void {
    if (lastKind === null) rate = legRate(kind)
    lastKind = kind
    const from = sampleRateHz(kind)
    const resampler = from === rate ? null : createResampler(from, rate, bankOf(from, rate))
    convert = resampler === null ? null : (pcm) => resampler.push(pcm)
  }

  return {
    get rate() {
      return rate
    },
    take(kind, payload) {
      if (kind !== lastKind) change(kind)
      const { buffer, byteOffset, length } = payload
      if (view.buffer !== buffer || view.byteOffset !== byteOffset || view.byteLength !== length) {
        view = new Int16Array(buffer as ArrayBuffer, byteOffset, length / 2)
      }
      return convert === null ? view : convert(view)
    },
  }
}
