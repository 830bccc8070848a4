import { definePlugin } from '@portaria/core/plugin'
import { createOpenAiDialogue } from './openai-dialogue.ts'
import { createOpenAiStt } from './openai-stt.ts'
import { createOpenAiVoice } from './openai-voice.ts'
import { openAiOptions } from './options.ts'

/** OpenAI, and every server that speaks like it. */
export default definePlugin({
  name: 'openai',
  options: openAiOptions,
  stt: (options) => createOpenAiStt(options),
  tts: (options, { log }) => createOpenAiVoice(options, { log }),
  dialogue: (options) => createOpenAiDialogue(options),
})
