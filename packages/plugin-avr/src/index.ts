import { ConfigError, definePlugin } from '@portaria/core/plugin'
import { createAvrDialogue } from './avr-dialogue.ts'
import { createAvrVoice } from './avr-voice.ts'
import { createListeningStt } from './listening-stt.ts'
import { avrOptions } from './options.ts'
import { createTranscribingStt } from './transcribing-stt.ts'
import { version } from './version.ts'

function given<T>(section: T | undefined, name: string, example: string): T {
  if (section !== undefined) return section
  throw new ConfigError(
    `plugins.avr.${name} is missing: set plugins.avr.${name}.url to the container's address, such as ${example}`,
  )
}

/** The provider containers of Agent Voice Response, as ears, mind or voice. */
export default definePlugin({
  name: 'avr',
  version,
  options: avrOptions,
  stt({ stt }) {
    const options = given(stt, 'stt', 'http://127.0.0.1:6010/speech-to-text-stream')
    const { mode } = options
    return mode === 'transcribe'
      ? createTranscribingStt(options)
      : createListeningStt({ ...options, mode })
  },
  dialogue: ({ ai }) => createAvrDialogue(given(ai, 'ai', 'http://127.0.0.1:6002/prompt-stream')),
  tts: ({ tts }) =>
    createAvrVoice(given(tts, 'tts', 'http://127.0.0.1:6011/text-to-speech-stream')),
})
