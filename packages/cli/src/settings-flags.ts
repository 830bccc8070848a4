import { Flags } from '@oclif/core'
import type { SettingsFlags } from '@portaria/core/config/settings-from'

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
  'tls-cert': Flags.string({
    description:
      'certificate with its chain, in PEM: the HTTP API speaks HTTPS; renewed files are used at once',
    helpValue: 'FILE.pem',
  }),
  'tls-key': Flags.string({ description: "the certificate's key", helpValue: 'FILE.pem' }),
}

/** The same flags under the names that the settings are made from. */
export function settingsFlagsOf(flags: {
  readonly [K in keyof typeof settingsFlags]: string | undefined
}): SettingsFlags & { config: string | undefined } {
  const { config, host, ramais } = flags
  return {
    config,
    host,
    ramais,
    dataDir: flags['data-dir'],
    logDir: flags['log-dir'],
    apiPort: flags['api-port'],
    tlsCert: flags['tls-cert'],
    tlsKey: flags['tls-key'],
  }
}
