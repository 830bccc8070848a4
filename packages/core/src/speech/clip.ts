import type { Rate } from '../audio/frames.ts'

/** A finished utterance at one leg's rate: mono, 16 bit. Shared, and must not be written to. */
export type Clip = { readonly rate: Rate; readonly samples: Int16Array }
