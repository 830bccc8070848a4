import loadFvad, { type Fvad } from '@echogarden/fvad-wasm'
import { at16, at32 } from './at.ts'
import { bandCount, bandLevels, powerAbove } from './bands.ts'
import { createNoiseFloor } from './noise-floor.ts'
import { powerDb, silenceDb } from './pcm.ts'
import { createSpectrum, type Spectrum, windowLength } from './spectrum.ts'
import { createToneGate, sharpPower } from './tone-gate.ts'

/** The detector's own frame: 20 ms at 8 kHz. */
export const detectorFrame = 160

/** 0 and 1 fire on line noise. */
const fvadMode = 2
/** No band says more than this for a voice, however loud. */
const mostPerBandDb = 20
/** How far above the noise a frame must stand: so much, and more the more the noise wavers. */
const leastAboveDb = 1.3
const waverFactor = 1.5
const waverPart = 0.03
/** ... and this much more when the WebRTC detector hears no speech. */
const doubtDb = 1
/** A frame is a tone when so much of what stands above the noise sits in steady peaks. */
const tonalPart = 0.85
/** Noise is learnt from frames that follow so many without a voice: not from the gaps in speech. */
const settleFrames = 8
/** A frame that stands out less is no such voice: a swelling noise would stop being learnt. */
const settleDb = 1.5
/** Whatever a frame says, it says no more than this (dB, for and against). */
const mostEvidence = 9
/** A frame is surely no tone when less than this part of what stands above the noise is in sharp peaks, ... */
const sharpPart = 0.7
/** ... and so much of its power is above 600 Hz, where a hum or the low tones of a dial tone melt into one. */
const brightPart = 0.03
const brightHz = 600
/** It is no click dying away when its last 8 ms hold this part of the power of the loudest 8 ms. */
const tailPart = 0.1
const blockLength = windowLength / 4

/** What one frame says. */
export interface Voice {
  /**
   * Takes the last 32 ms at 8 kHz, of which the last 20 ms are new. Returns the evidence for a voice: how
   * many dB, -9 to 9, the frame stands above what noise would reach; 0 or less is no voice, -18 a tone. In a
   * turn (`speaking`) it is stricter: what follows a tone at once is no voice, whatever it is.
   */
  hear(window: Int16Array, speaking: boolean): number
  /** The frame last heard, outside a turn, is neither the edge of a tone nor a click: two such frames are a voice. */
  readonly sure: boolean
  /** Level in the speech band of the frame last heard, dBFS. */
  readonly levelDb: number
  close(): void
}

/** One per process: the WASM module and the scratch memory that all calls share. */
export interface VoiceDetector {
  open(): Voice
  /** Size of the WASM memory: grows with the calls that are open at once, never with those that were. */
  readonly memoryBytes: number
}

/**
 * Loads the WebRTC voice detector (libfvad in WASM). Every call of this function loads it anew: call it once
 * and share what it returns.
 */
export async function loadVoiceDetector(): Promise<VoiceDetector> {
  const fvad = await loadFvad()
  const shared: Shared = {
    fvad,
    samples: fvad._malloc(detectorFrame * 2),
    spectrum: createSpectrum(),
    levels: new Float32Array(bandCount),
    heard: new Float32Array(bandCount),
  }
  return {
    open: () => openVoice(shared),
    get memoryBytes() {
      return fvad.HEAP16.byteLength
    },
  }
}

function openFvad(
  fvad: Fvad,
  samples: number,
): { agrees(window: Int16Array): boolean; close(): void } {
  const handle = fvad._fvad_new()
  if (handle === 0) throw new Error('The voice detector has no memory for one more call')
  fvad._fvad_set_mode(handle, fvadMode)
  fvad._fvad_set_sample_rate(handle, 8_000)
  return {
    agrees(window) {
      // The heap is another one after it has grown.
      const heap = fvad.HEAP16
      for (let i = 0; i < detectorFrame; i++) {
        heap[(samples >> 1) + i] = at16(window, windowLength - detectorFrame + i)
      }
      return fvad._fvad_process(handle, samples, detectorFrame) === 1
    },
    close: () => fvad._fvad_free(handle),
  }
}

/** How far the bands stand above the noise, dB: the quadratic mean, so that a hiss in few bands counts too. */
function aboveNoise(levels: Float32Array, floor: Float32Array): number {
  let sum = 0
  for (let band = 0; band < bandCount; band++) {
    const above = Math.min(at32(levels, band) - at32(floor, band), mostPerBandDb)
    if (above > 0) sum += above * above
  }
  return Math.sqrt(sum / bandCount)
}

/** Does the sound go on to the end of the window? Differences of samples, so that a rumble does not count. */
function isSustained(window: Int16Array): boolean {
  let loudest = 0
  let block = 0
  let before = at16(window, 0)
  for (let i = 0; i < windowLength; i++) {
    if (i % blockLength === 0) block = 0
    const sample = at16(window, i)
    block += (sample - before) * (sample - before)
    before = sample
    if (block > loudest) loudest = block
  }
  return block > tailPart * loudest
}

/** Shared by all calls. */
type Shared = {
  fvad: Fvad
  /** Address of one frame in the heap. */
  samples: number
  spectrum: Spectrum
  /** Scratch: the levels of a frame's bands, with tones and without. */
  levels: Float32Array
  heard: Float32Array
}

function openVoice(o: Shared): Voice {
  const { spectrum, levels, heard } = o
  const webrtc = openFvad(o.fvad, o.samples)
  const gate = createToneGate()
  const floor = createNoiseFloor()
  let levelDb = silenceDb
  let waver = 0
  let quietFrames = 0
  let toneFrames = 0
  let sure = false
  let open = true

  /** Power above the noise, at least a part of all. */
  function standingOut(total: number): number {
    return Math.max(total - floor.power(), total * 0.3)
  }

  /** Takes the tones out of the frame, and out of what is learnt from it; true when it was nothing but tones. */
  function removeTones(total: number): boolean {
    const tones = gate.remove(spectrum.power, total)
    if (tones === 0) return false
    bandLevels(spectrum.power, heard)
    for (let band = 0; band < bandCount; band++) {
      if (at32(levels, band) - at32(heard, band) > 1) levels[band] = at32(floor.levels, band)
    }
    return tones > tonalPart * standingOut(total)
  }

  function isSure(window: Int16Array, total: number): boolean {
    const { power } = spectrum
    const out = standingOut(total)
    return (
      isSustained(window) &&
      powerAbove(power, brightHz) > brightPart * total &&
      sharpPower(power, out) < sharpPart * out
    )
  }

  function learn(above: number, isNoise: boolean): void {
    floor.update(levels, isNoise)
    if (isNoise) waver += waverPart * (above - waver)
  }

  /** Is the frame the first of a tone, or what is left when a tone was cut off? It says nothing. */
  function isEdge(isTone: boolean): boolean {
    // A voice may look like a tone for one frame; a tone does so for longer.
    const edge = isTone ? toneFrames === 0 : toneFrames > 1 && !sure
    toneFrames = isTone ? toneFrames + 1 : 0
    return edge
  }

  return {
    get levelDb() {
      return levelDb
    },
    get sure() {
      return sure
    },
    hear(window, speaking) {
      if (!open) return -mostEvidence
      spectrum.analyse(window)
      const total = bandLevels(spectrum.power, levels)
      levelDb = powerDb(total)
      const doubt = webrtc.agrees(window) ? 0 : doubtDb
      const threshold = leastAboveDb + waverFactor * waver + doubt
      let above = aboveNoise(levels, floor.levels)
      let isTone = false
      sure = false
      if (above > threshold) {
        heard.set(levels)
        sure = !speaking && isSure(window, total)
        isTone = removeTones(total)
        sure &&= !isTone
        above = aboveNoise(heard, floor.levels)
      } else gate.reset()
      const margin = above - threshold
      const edge = isEdge(isTone)
      quietFrames = margin > settleDb ? 0 : quietFrames + 1
      const { warm } = floor
      learn(above, quietFrames > settleFrames)
      if (!warm || (edge && above > 0)) return 0
      return isTone ? -2 * mostEvidence : Math.max(-mostEvidence, Math.min(margin, mostEvidence))
    },
    close() {
      if (open) webrtc.close()
      open = false
    },
  }
}
