/** Quieter than this is no speech. */
const audibleRms = 300
/** Sound that is this much quieter than the loudest of its turn is the room's (18 dB). */
const ofLoudest = 1 / 8
const leastAudibleMs = 100
/** A container takes a phrase for finished after such a pause. */
const phrasePauseMs = 500

/** Whether more words are to come: for speech that no words came for. */
export interface TurnMeter {
  /** s16le mono at 8 kHz, whole samples. */
  hear(pcm: Uint8Array): void
  /** For all that was said; or, where a pause parts it, for all but the last, whose words take their time as well. */
  wordsCame(): void
  readonly owed: boolean
}

export function createTurnMeter(): TurnMeter {
  let loudest = 0
  let quietMs = 0
  /** How long each phrase is audible, of those that have no words yet. */
  let phrases: number[] = []
  const spoken = (): number[] => phrases.filter((audibleMs) => audibleMs >= leastAudibleMs)
  return {
    hear(pcm) {
      const ms = pcm.length / 16
      const rms = rmsOf(pcm)
      loudest = Math.max(loudest, rms)
      if (rms < Math.max(audibleRms, loudest * ofLoudest)) {
        quietMs += ms
        return
      }
      const last = quietMs < phrasePauseMs ? phrases.pop() : undefined
      phrases.push((last ?? 0) + ms)
      quietMs = 0
    },
    wordsCame() {
      const all = spoken()
      phrases = all.length > 1 ? all.slice(-1) : []
    },
    get owed() {
      return spoken().length > 0
    },
  }
}

function rmsOf(pcm: Uint8Array): number {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  const samples = pcm.byteLength >> 1
  let sum = 0
  for (let n = 0; n < samples; n++) sum += view.getInt16(2 * n, true) ** 2
  return samples === 0 ? 0 : Math.sqrt(sum / samples)
}
