declare module '@echogarden/espeak-ng-emscripten' {
  export type SpeechEngine = {
    /** In Hz. */
    readonly samplerate: number
    /** Words a minute, 80 to 450. */
    rate: number
    /** 0 to 99. */
    pitch: number
    /** Gives 0 when the voice exists. */
    set_voice(name: string): number
    /** Speaks SSML. Calls back for every 100 ms of sound; `true` stops it. */
    synthesize(text: string, onAudio: (samples: Int16Array) => boolean): void
    synthesize_ipa(text: string): { code: number; ipa: string }
  }
  export default function load(options?: {
    print?: (line: string) => void
    printErr?: (line: string) => void
  }): Promise<{ eSpeakNGWorker: new () => SpeechEngine }>
}
