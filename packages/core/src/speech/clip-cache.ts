import type { Clip } from './clip.ts'

/** What an entry costs beside its samples: key, text, map slot. An estimate on the safe side. */
const overheadBytes = 512

/** Clips by key, least recently used out first, bounded by bytes. */
export interface ClipCache {
  get(key: string): Clip | undefined
  has(key: string): boolean
  set(key: string, clip: Clip): void
  readonly entries: number
  readonly bytes: number
}

export function createClipCache(maxBytes: number): ClipCache {
  // A Map keeps the order of insertion: the first entry is the one that was used longest ago.
  const clips = new Map<string, Clip>()
  let bytes = 0
  const costOf = (clip: Clip): number => clip.samples.byteLength + overheadBytes
  const remove = (key: string, clip: Clip): void => {
    clips.delete(key)
    bytes -= costOf(clip)
  }
  return {
    get(key) {
      const clip = clips.get(key)
      if (clip === undefined) return undefined
      clips.delete(key)
      clips.set(key, clip)
      return clip
    },
    has: (key) => clips.has(key),
    set(key, clip) {
      const before = clips.get(key)
      if (before) remove(key, before)
      if (costOf(clip) > maxBytes) return
      clips.set(key, clip)
      bytes += costOf(clip)
      for (const [oldest, old] of clips) {
        if (bytes <= maxBytes) break
        remove(oldest, old)
      }
    },
    get entries() {
      return clips.size
    },
    get bytes() {
      return bytes
    },
  }
}
