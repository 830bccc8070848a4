import { definePlugin } from '@portaria/core/plugin'
import { chooseModel } from './choose-model.ts'
import { sherpaOptions } from './options.ts'
import { createSherpaStt } from './sherpa-stt.ts'
import { createSherpaVoice } from './sherpa-voice.ts'
import { version } from './version.ts'

const childUrl = new URL(import.meta.resolve('#child'))

/** sherpa-onnx: recognition and voices on this machine, without network or key. */
export default definePlugin({
  name: 'sherpa',
  version,
  options: sherpaOptions,
  stt(options, context) {
    const { model, languages, limits } = options
    const chosen = chooseModel(model, { ...options, role: 'hear' }, context)
    return createSherpaStt({
      supervisor: chosen.supervise(childUrl),
      model,
      languages: languages.length > 0 ? languages : (chosen.card?.languages ?? []),
      partials: chosen.kind === 'streaming-transducer',
      finalMs: limits.finalMs,
      log: context.log,
    })
  },
  tts(options, context) {
    const { voice, voiceLanguages, speaker, limits } = options
    const chosen = chooseModel(voice, { ...options, role: 'speak' }, context)
    return createSherpaVoice({
      supervisor: chosen.supervise(childUrl),
      model: `${voice} ${chosen.card?.sha256 ?? ''}`.trim(),
      languages: voiceLanguages.length > 0 ? voiceLanguages : (chosen.card?.languages ?? []),
      speaker,
      limits,
      log: context.log,
    })
  },
})
