import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { Flags } from '@oclif/core'
import { ConfigError } from '@portaria/core/errors'
import { daemonFlags } from '../daemon/daemon-flags.ts'
import { jsonFlag } from '../json-flag.ts'
import { PortariaCommand } from '../portaria-command.ts'

export default class Login extends PortariaCommand {
  static override summary = 'Remember which daemon the other commands talk to'
  static override description = [
    'Checks that the daemon answers, then keeps its address and token in a file of yours (0600).',
    '',
    'A command finds its daemon by --url and --token, else by the run.json in a --data-dir that you',
    'name, else by this login, else by the run.json in the default data folder, else by the settings.',
    '',
    '--token - reads the token from standard input, and keeps it out of the list of processes.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --url https://portaria.example.org:8082 --token - < token.txt',
    '<%= config.bin %> <%= command.id %> --url http://127.0.0.1:8082',
    '<%= config.bin %> <%= command.id %> --forget',
  ]
  static override flags = {
    url: daemonFlags.url,
    token: Flags.string({
      description: 'the API_TOKEN of the daemon; - reads it from standard input',
    }),
    ca: daemonFlags.ca,
    forget: Flags.boolean({
      description: 'forget the daemon that is remembered',
      exclusive: ['url', 'token', 'ca'],
    }),
    json: jsonFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Login)
    const [{ rememberedLogin, rememberLogin }, { parseApiUrl }, { createDaemonApi }] =
      await Promise.all([
        import('../daemon/remembered-login.ts'),
        import('../daemon/find-daemon.ts'),
        import('../daemon/daemon-api.ts'),
      ])
    if (flags.forget) {
      const known = await rememberedLogin()
      const file = await rememberLogin(null)
      if (flags.json) this.printJson({ url: null, file })
      else this.print(known === null ? 'nothing was remembered' : `forgot ${known.url}`)
      return
    }
    const url = parseApiUrl(flags.url ?? (await rememberedLogin())?.url ?? 'http://127.0.0.1:8082')
    const token = flags.token === '-' ? await tokenFromInput() : (flags.token ?? null)
    const ca = flags.ca === undefined ? null : resolve(flags.ca)
    const trust =
      ca === null ? { type: 'system' as const } : { type: 'authority' as const, file: ca }
    const api = createDaemonApi({ url, token, trust, why: 'named by --url' })
    const { ramais } = await api.status(new AbortController().signal)
    const file = await rememberLogin({ url, token, ca })
    if (flags.json) this.printJson({ url, file })
    else this.print(`${url} answers (${ramais.length} ramais) and is remembered in ${file}`)
  }
}

async function tokenFromInput(): Promise<string> {
  const token = (await text(process.stdin)).trim()
  if (token !== '') return token
  throw new ConfigError('--token - reads the token from standard input, which was empty')
}
