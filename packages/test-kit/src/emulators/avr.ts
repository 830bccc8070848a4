/** The provider containers of Agent Voice Response, each with the manners and the faults of the real ones. */
export { type AvrAsr, type AvrAsrOptions, startAvrAsr } from './avr/asr.ts'
export type { AvrContainer, AvrFault } from './avr/container.ts'
export { type AvrLlm, type AvrLlmOptions, type AvrPrompt, startAvrLlm } from './avr/llm.ts'
export { type AvrStt, type AvrSttOptions, startAvrStt } from './avr/stt.ts'
export { type AvrTts, type AvrTtsOptions, startAvrTts, toneOf } from './avr/tts.ts'
