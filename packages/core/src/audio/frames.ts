/** Sample rates that a leg runs at: narrow band (kind 0x10) or wide band (kind 0x12 and above). */
export type Rate = 8000 | 16000

/** One frame is 20 ms: 160 samples at 8 kHz, 320 at 16 kHz. */
export const frameMs = 20

export function samplesPerFrame(rate: Rate): 160 | 320 {
  return rate === 8000 ? 160 : 320
}

/** Takes what a peer says. Pushed synchronously; `pcm` is borrowed until the call returns. */
export interface FrameSink {
  onFrame(pcm: Int16Array): void
}

/**
 * Gives what a peer hears, pulled by the pacer's tick every 20 ms. Fills `out` (one frame) and returns
 * the samples written; 0 means silence (the caller zeroes the frame).
 */
export interface FrameSource {
  fill(out: Int16Array): number
}
