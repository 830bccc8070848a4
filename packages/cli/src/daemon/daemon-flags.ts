import { Flags } from '@oclif/core'
import { settingsFlags } from '../settings-flags.ts'
import type { DaemonApi } from './daemon-api.ts'
import type { DaemonWanted } from './find-daemon.ts'

/** How every command that talks to a running daemon is told which. */
export const daemonFlags = {
  url: Flags.string({
    description: "the daemon's HTTP API (default: see portaria login --help)",
    helpValue: 'URL',
  }),
  token: Flags.string({ description: 'the API_TOKEN of the daemon', helpValue: 'TOKEN' }),
  ca: Flags.string({
    description: "authority of the daemon's certificate (NODE_EXTRA_CA_CERTS works too)",
    helpValue: 'FILE.pem',
  }),
  'data-dir': Flags.string({ description: 'data folder of the daemon', helpValue: 'FOLDER' }),
  config: settingsFlags.config,
}

type ParsedFlags = { readonly [K in keyof typeof daemonFlags]: string | undefined }

/** The daemon that these flags mean, seen from where the command was typed. */
export function daemonWanted(flags: ParsedFlags): DaemonWanted {
  const { url, token, ca, config } = flags
  const dataDir = flags['data-dir']
  return { url, token, ca, dataDir, config, folder: process.cwd(), env: process.env }
}

/** For commands that ask and end: Ctrl-C ends the process, nothing is left to abort. */
export async function openDaemon(
  flags: ParsedFlags,
): Promise<{ api: DaemonApi; signal: AbortSignal }> {
  const [{ createDaemonApi }, { findDaemon }] = await Promise.all([
    import('./daemon-api.ts'),
    import('./find-daemon.ts'),
  ])
  const api = createDaemonApi(await findDaemon(daemonWanted(flags)))
  return { api, signal: new AbortController().signal }
}
