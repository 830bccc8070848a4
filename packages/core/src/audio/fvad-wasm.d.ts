/** The part of @echogarden/fvad-wasm (libfvad compiled by emscripten) that is used; the package has no types. */
declare module '@echogarden/fvad-wasm' {
  export type Fvad = {
    /** Replaced when the memory grows: read it again before every use. */
    readonly HEAP16: Int16Array
    /** A handle, or 0 when there is no memory. */
    _fvad_new(): number
    _fvad_free(handle: number): void
    _fvad_reset(handle: number): void
    /** 0 (takes much for speech) to 3 (takes little). */
    _fvad_set_mode(handle: number, mode: number): number
    _fvad_set_sample_rate(handle: number, rate: number): number
    /** `samples` is an address of 10, 20 or 30 ms. 1 speech, 0 none, -1 wrong length. */
    _fvad_process(handle: number, samples: number, length: number): number
    _malloc(bytes: number): number
    _free(address: number): void
  }
  export default function load(): Promise<Fvad>
}
