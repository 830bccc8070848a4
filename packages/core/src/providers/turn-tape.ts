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

type TapeOptions = TurnOptions & { readonly longestBytes: number }

export function createTurnTape(turn: number, o: TapeOptions): TurnTape {
  return new BlocksOfTurn(turn, o)
}

class BlocksOfTurn implements TurnTape {
  readonly turn: number
  ended = false
  readonly #o: TapeOptions
  /** Bare buffers: with a view for each, 2 s of sound would take 2 KB more. */
  readonly #blocks: ArrayBuffer[] = []
  #bytes = 0

  constructor(turn: number, o: TapeOptions) {
    this.turn = turn
    this.#o = o
  }

  write(pcm: Uint8Array): void {
    this.#blocks.push(new Uint8Array(pcm).buffer)
    this.#bytes += pcm.byteLength
    this.forget(this.#o.longestBytes)
  }

  end(): void {
    this.ended = true
  }

  forget(keptBytes: number): void {
    while (this.#bytes > keptBytes) this.#bytes -= this.#blocks.shift()?.byteLength ?? this.#bytes
  }

  replay(to: Transcriber): void {
    const { hints, expect } = this.#o
    to.begin(this.turn, { hints, expect })
    for (const block of this.#blocks) to.write(new Uint8Array(block))
    if (this.ended) to.end(this.turn)
  }
}
