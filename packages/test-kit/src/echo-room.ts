export type EchoRoomOptions = {
  /** Of what is heard and of what the microphone sends. */
  readonly rate: 8000 | 16_000
  /** How much quieter the echo is than what was heard. Infinity: a headset. */
  readonly lossDb: number
  readonly delayMs: number
  /** Level of white noise on the line, dBFS. Default: none. */
  readonly noiseDb?: number
}

/** What stands between a phone's loudspeaker and its microphone. */
export interface EchoRoom {
  /** What comes out of the loudspeaker; copied. */
  hear(pcm: Int16Array): void
  /** Adds echo and noise to what the microphone sends next. */
  addTo(microphone: Int16Array): void
}

/** Sound does not wait: what a late microphone has missed by more than this is gone, as in a real room. */
const mostLateMs = 60

export function createEchoRoom(o: EchoRoomOptions): EchoRoom {
  const factor = 10 ** (-o.lossDb / 20)
  const delay = (o.rate * o.delayMs) / 1_000
  const most = delay + (o.rate * mostLateMs) / 1_000
  const noise = createNoise(o.noiseDb ?? -Infinity)
  let onTheWay: number[] = new Array<number>(delay).fill(0)
  return {
    hear(pcm) {
      for (const sample of pcm) onTheWay.push(sample * factor)
      if (onTheWay.length > most) onTheWay = onTheWay.slice(-delay)
    },
    addTo(microphone) {
      const arrived = onTheWay.splice(0, microphone.length)
      for (let i = 0; i < microphone.length; i++) {
        const sum = (microphone[i] ?? 0) + (arrived[i] ?? 0) + noise()
        microphone[i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
      }
    },
  }
}

/** White noise of a level, the same in every run (a linear congruential generator, Numerical Recipes). */
function createNoise(levelDb: number): () => number {
  // Uniform noise of peak p has the power p²/3.
  const peak = 32_768 * Math.sqrt(3) * 10 ** (levelDb / 20)
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return peak * (state / 2 ** 31 - 1)
  }
}
