import loadFvad, { type Fvad } from '@echogarden/fvad-wasm'
import { at16, at32 } from './at.ts'
import { bandCount, bandLevels, powerAbove } from './bands.ts'
import { isSustained } from './is-sustained.ts'
import { createNoiseFloor, type NoiseFloor } from './noise-floor.ts'
import { powerDb, silenceDb } from './pcm.ts'
import { createSpectrum, type Spectrum, windowLength } from './spectrum.ts'
import {
  createToneGate,
  createToneScratch,
  sharpPower,
  type ToneGate,
  type ToneScratch,
} from './tone-gate.ts'

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
/**
 * With less than this sum of squares in 40 ms, no band reaches -72 dBFS, the quietest that a noise floor knows:
 * 10^-7.2 x 256 x 3/8 (what the window passes) in full scale squared. Such a frame needs no spectrum.
 */
const silentEnergy = 10 ** -7.2 * 96 * 32_768 ** 2

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
    tones: createToneScratch(),
  }
  return {
    open: () => new FvadVoice(shared),
    get memoryBytes() {
      return fvad.HEAP16.byteLength
    },
  }
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
  tones: ToneScratch
}

function openFvad(fvad: Fvad): number {
  const handle = fvad._fvad_new()
  if (handle === 0) throw new Error('The voice detector has no memory for one more call')
  fvad._fvad_set_mode(handle, fvadMode)
  fvad._fvad_set_sample_rate(handle, 8_000)
  return handle
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

class FvadVoice implements Voice {
  levelDb = silenceDb
  sure = false
  readonly #shared: Shared
  readonly #handle: number
  readonly #gate: ToneGate
  readonly #floor: NoiseFloor
  #waver = 0
  #quietFrames = 0
  #toneFrames = 0
  /** Sums of squares of the last frame, and of the one before it. */
  #energy = 0
  #energyBefore = 0
  #open = true

  constructor(shared: Shared) {
    this.#shared = shared
    this.#handle = openFvad(shared.fvad)
    this.#gate = createToneGate(shared.tones)
    this.#floor = createNoiseFloor()
  }

  hear(window: Int16Array, speaking: boolean): number {
    if (!this.#open) return -mostEvidence
    const { levels, heard } = this.#shared
    const doubt = this.#isSpeech(window) ? 0 : doubtDb
    const total = this.#measure(window)
    const threshold = leastAboveDb + waverFactor * this.#waver + doubt
    let above = aboveNoise(levels, this.#floor.levels)
    let isTone = false
    this.sure = false
    if (above > threshold) {
      heard.set(levels)
      this.sure = !speaking && this.#isSure(window, total)
      isTone = this.#removeTones(total)
      this.sure &&= !isTone
      above = aboveNoise(heard, this.#floor.levels)
    } else this.#gate.reset()
    const margin = above - threshold
    const edge = this.#isEdge(isTone)
    this.#quietFrames = margin > settleDb ? 0 : this.#quietFrames + 1
    const { warm } = this.#floor
    this.#learn(above, this.#quietFrames > settleFrames)
    if (!warm || (edge && above > 0)) return 0
    return isTone ? -2 * mostEvidence : Math.max(-mostEvidence, Math.min(margin, mostEvidence))
  }

  close(): void {
    if (this.#open) this.#shared.fvad._fvad_free(this.#handle)
    this.#open = false
  }

  /** What the WebRTC detector says of the window's last 20 ms. */
  #isSpeech(window: Int16Array): boolean {
    const { fvad, samples } = this.#shared
    // The heap is another one after it has grown.
    const heap = fvad.HEAP16
    const target = samples >> 1
    let energy = 0
    for (let i = 0; i < detectorFrame; i++) {
      const sample = at16(window, windowLength - detectorFrame + i)
      heap[target + i] = sample
      energy += sample * sample
    }
    this.#energyBefore = this.#energy
    this.#energy = energy
    return fvad._fvad_process(this.#handle, samples, detectorFrame) === 1
  }

  /** Writes the levels of the bands; returns the power of all of them together. */
  #measure(window: Int16Array): number {
    const { spectrum, levels } = this.#shared
    if (this.#energy + this.#energyBefore < silentEnergy) {
      levels.fill(silenceDb)
      this.levelDb = silenceDb
      return 0
    }
    spectrum.analyse(window)
    const total = bandLevels(spectrum.power, levels)
    this.levelDb = powerDb(total)
    return total
  }

  /** Power above the noise, at least a part of all. */
  #standingOut(total: number): number {
    return Math.max(total - this.#floor.power(), total * 0.3)
  }

  /** Takes the tones out of the frame, and out of what is learnt from it; true when it was nothing but tones. */
  #removeTones(total: number): boolean {
    const { spectrum, levels, heard } = this.#shared
    const tones = this.#gate.remove(spectrum.power, total)
    if (tones === 0) return false
    bandLevels(spectrum.power, heard)
    for (let band = 0; band < bandCount; band++) {
      if (at32(levels, band) - at32(heard, band) > 1) levels[band] = at32(this.#floor.levels, band)
    }
    return tones > tonalPart * this.#standingOut(total)
  }

  #isSure(window: Int16Array, total: number): boolean {
    const { power } = this.#shared.spectrum
    const out = this.#standingOut(total)
    return (
      isSustained(window) &&
      powerAbove(power, brightHz) > brightPart * total &&
      sharpPower(power, out) < sharpPart * out
    )
  }

  #learn(above: number, isNoise: boolean): void {
    this.#floor.update(this.#shared.levels, isNoise)
    if (isNoise) this.#waver += waverPart * (above - this.#waver)
  }

  /** Is the frame the first of a tone, or what is left when a tone was cut off? It says nothing. */
  #isEdge(isTone: boolean): boolean {
    // A voice may look like a tone for one frame; a tone does so for longer.
    const edge = isTone ? this.#toneFrames === 0 : this.#toneFrames > 1 && !this.sure
    this.#toneFrames = isTone ? this.#toneFrames + 1 : 0
    return edge
  }
}
