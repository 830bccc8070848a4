import type { Transcriber } from './speech-to-text.ts'

type TurnOptions = Parameters<Transcriber['begin']>[1]

/** One turn as it was told to a recogniser, to be told to another. */
export interface TurnTape {
  readonly turn: number
  readonly ended: boolean
  /** Copies what is borrowed. Beyond `longestBytes` the oldest sound is lost. */
  write(pcm: Uint8Array): void
  end(): void
  /** All but the last `bytes` of what was written is understood already. */
  forget(keptBytes: number): void
  replay(to: Transcriber): void
}

export function createTurnTape(
  turn: number,
  o: TurnOptions & { readonly longestBytes: number },
): TurnTape {
  const { longestBytes, ...options } = o
  const blocks: Uint8Array[] = []
  let bytes = 0
  let ended = false

  function shorten(most: number): void {
    while (bytes > most) bytes -= blocks.shift()?.byteLength ?? bytes
  }

  return {
    turn,
    get ended() {
      return ended
    },
    write(pcm) {
      blocks.push(pcm.slice())
      bytes += pcm.byteLength
      shorten(longestBytes)
    },
    end() {
      ended = true
    },
    forget: shorten,
    replay(to) {
      to.begin(turn, options)
      for (const block of blocks) to.write(block)
      if (ended) to.end(turn)
    },
  }
}
