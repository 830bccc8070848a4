import { Flags } from '@oclif/core'
import { settingsFlags } from '../settings-flags.ts'

/** How every command about models is told where they lie. */
export const modelsFlags = {
  'models-dir': Flags.string({
    description:
      'where models lie, perhaps shared (default plugins.sherpa.modelsDir, else <data-dir>/models)',
    helpValue: 'FOLDER',
  }),
  'data-dir': settingsFlags['data-dir'],
  config: settingsFlags.config,
}
