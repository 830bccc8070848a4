import { PortariaCommand } from '../portaria-command.ts'
import { settingsFlags, settingsFlagsOf } from '../settings-flags.ts'

export default class Serve extends PortariaCommand {
  static override summary = 'Answer the door: run the daemon'
  static override description = [
    'Settings: flags, then environment and .env, then portaria.config.{ts,js,json}, then defaults.',
    'Ramais come from DATABASE_URL or DB_HOST; without one, from a PostgreSQL of its own in <data-dir>/postgres.',
    'Beyond loopback (--host) the API needs API_TOKEN, and should have --tls-cert and --tls-key.',
    'SIGTERM and SIGINT let calls finish (DRAIN_SECONDS) and exit with 0; a second one hurries.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --data-dir /var/lib/portaria --log-dir /var/log/portaria',
    '<%= config.bin %> <%= command.id %> --ramais file',
    'API_TOKEN=$(cat token) <%= config.bin %> <%= command.id %> --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem',
  ]
  static override flags = settingsFlags
  protected override readonly endsWithOutput = false

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    const { serve } = await import('../serve.ts')
    const exit = await serve({
      flags: settingsFlagsOf(flags),
      folder: process.cwd(),
      env: process.env,
      version: this.config.version,
    })
    // A stop that has said "stopped" must not hang on a handle that somebody forgot.
    this.exit(exit)
  }
}
