/** What we use of sherpa-onnx-node 1.13.8, which has no types of its own (its types.js tells the shapes). */
declare module 'sherpa-onnx-node' {
  export type Waveform = { samples: Float32Array; sampleRate: number }
  export class OnlineStream {
    acceptWaveform(wave: Waveform): void
    inputFinished(): void
  }
  export class OnlineRecognizer {
    constructor(config: object)
    createStream(): OnlineStream
    isReady(stream: OnlineStream): boolean
    decodeStreams(streams: readonly OnlineStream[]): void
    isEndpoint(stream: OnlineStream): boolean
    getResult(stream: OnlineStream): { text: string }
  }
  export class OfflineStream {
    acceptWaveform(wave: Waveform): void
  }
  export class OfflineRecognizer {
    constructor(config: object)
    /** Phrases apart by `/`; only a transducer with modified_beam_search takes them. */
    createStream(hotwords?: string): OfflineStream
    setConfig(config: object): void
    decodeAsync(stream: OfflineStream): Promise<{ text: string }>
  }
  export class Vad {
    constructor(config: object, bufferSeconds: number)
    acceptWaveform(samples: Float32Array): void
    isEmpty(): boolean
    front(enableExternalBuffer?: boolean): { start: number; samples: Float32Array }
    pop(): void
    flush(): void
    reset(): void
  }
  export class OfflineTts {
    constructor(config: object)
    readonly numSpeakers: number
    readonly sampleRate: number
    /** `onProgress` is given parts of the sound; `false` stops. */
    generateAsync(request: {
      text: string
      sid: number
      speed: number
      enableExternalBuffer: boolean
      onProgress: (part: { samples: Float32Array; progress: number }) => boolean
    }): Promise<Waveform>
  }
  const all: {
    OnlineRecognizer: typeof OnlineRecognizer
    OfflineRecognizer: typeof OfflineRecognizer
    OfflineTts: typeof OfflineTts
    Vad: typeof Vad
  }
  export default all
}
