import type { FrameSource } from '@portaria/core/audio/frames'

/** What a test phone sends: silence, unless it has something to say. */
export interface Microphone extends FrameSource {
  /** Says it after what is being said; resolves when its last frame was taken, or the phone stopped. */
  play(samples: Int16Array): Promise<void>
  /** While held nothing is sent at all, as Asterisk does while a digit lasts. Returns the way to let go. */
  hold(): () => void
  /** Drops what was not said yet. */
  stop(): void
}

type Playing = { readonly samples: Int16Array; at: number; readonly done: () => void }

export function createMicrophone(): Microphone {
  const queue: Playing[] = []
  let held = 0

  function takeFrom(playing: Playing, out: Int16Array): void {
    const some = playing.samples.subarray(playing.at, playing.at + out.length)
    out.set(some)
    playing.at += some.length
    if (playing.at < playing.samples.length) return
    queue.shift()
    playing.done()
  }

  return {
    fill(out) {
      if (held > 0) return 0
      out.fill(0)
      const [playing] = queue
      if (playing) takeFrom(playing, out)
      return out.length
    },
    play(samples) {
      if (samples.length === 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      queue.push({ samples, at: 0, done: resolve })
      return promise
    },
    hold() {
      held++
      let holding = true
      return () => {
        if (holding) held--
        holding = false
      }
    },
    stop() {
      for (const playing of queue.splice(0)) playing.done()
    },
  }
}
