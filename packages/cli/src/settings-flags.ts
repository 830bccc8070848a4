import { Flags } from '@oclif/core'

/** The flags that every command with settings takes. Flags win over environment, configuration and defaults. */
export const settingsFlags = {
  config: Flags.string({
    description: 'configuration file; default portaria.config.ts, .js or .json in this folder',
    helpValue: 'FILE',
  }),
  'data-dir': Flags.string({
    description: 'where ramais, the directory and caches lie (default ./data)',
    helpValue: 'FOLDER',
  }),
  'log-dir': Flags.string({
    description: 'where audiosocket.log is written (default ./logs)',
    helpValue: 'FOLDER',
  }),
  'api-port': Flags.string({
    description: 'port of the HTTP API (default 8082; 0: any free one)',
    helpValue: 'PORT',
  }),
  host: Flags.string({
    description: 'address of the HTTP API (default 127.0.0.1)',
    helpValue: 'ADDRESS',
  }),
  ramais: Flags.string({
    description:
      'where ramais come from: file is <data-dir>/ramais_config.json, embedded a database of its own, postgres that of ' +
      'DATABASE_URL or DB_HOST (default postgres where one of those is set, else embedded)',
    helpValue: 'file|embedded|postgres|PLUGIN',
  }),
}
