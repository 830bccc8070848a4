import { PortariaCommand } from '../portaria-command.ts'
import { settingsFlags } from '../settings-flags.ts'

export default class Serve extends PortariaCommand {
  static override summary = 'Answer the door: run the daemon'
  static override description = [
    'Settings: flags, then environment and .env, then portaria.config.{ts,js,json}, then defaults.',
    'SIGTERM and SIGINT let calls finish (DRAIN_SECONDS) and exit with 0; a second one hurries.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --data-dir /var/lib/portaria --log-dir /var/log/portaria',
  ]
  static override flags = settingsFlags
  protected override readonly endsWithOutput = false

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    const { serve } = await import('../serve.ts')
    const exit = await serve({
      flags: {
        config: flags.config,
        dataDir: flags['data-dir'],
        logDir: flags['log-dir'],
        apiPort: flags['api-port'],
        host: flags.host,
        ramais: flags.ramais,
      },
      folder: process.cwd(),
      env: process.env,
      version: this.config.version,
    })
    // A stop that has said "stopped" must not hang on a handle that somebody forgot.
    this.exit(exit)
  }
}
