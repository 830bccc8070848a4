import { ConfigError, isConfigError, messageOf } from '@portaria/core/errors'
import type Conf from 'conf'
import { isRecord } from '../is-record.ts'

/** The daemon that this user chose with `portaria login`. */
export type Login = {
  readonly url: string
  readonly token: string | null
  /** PEM file of the authority that signed the daemon's certificate. */
  readonly ca: string | null
}

type Store = Conf<{ login?: unknown }>

/** A service's user may have no folder of its own: nothing can be remembered there. */
function isFolderless(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall === 'mkdir' || code === 'ENOTDIR'
}

/** `login.json` in the user's configuration folder (XDG_CONFIG_HOME), for the user's eyes only. */
async function open(): Promise<Store> {
  const { default: Conf } = await import('conf')
  try {
    return new Conf({
      projectName: 'portaria',
      projectSuffix: '',
      configName: 'login',
      configFileMode: 0o600,
      clearInvalidConfig: true,
    })
  } catch (error) {
    throw new ConfigError(
      `cannot keep a login: ${messageOf(error)}. Make the file yours, or choose another folder with XDG_CONFIG_HOME`,
      { cause: error },
    )
  }
}

function parse(value: unknown): Login | null {
  if (!isRecord(value)) return null
  const { url, token, ca } = value
  if (typeof url !== 'string' || !URL.canParse(url)) return null
  return {
    url,
    token: typeof token === 'string' ? token : null,
    ca: typeof ca === 'string' ? ca : null,
  }
}

/** What `portaria login` remembered for this user; null when nothing. Throws ConfigError. */
export async function rememberedLogin(): Promise<Login | null> {
  try {
    return parse((await open()).get('login'))
  } catch (error) {
    if (isConfigError(error) && isFolderless(error.cause)) return null
    throw error
  }
}

/** Remembers the daemon, or forgets it (null). Returns the file. Throws ConfigError. */
export async function rememberLogin(login: Login | null): Promise<string> {
  const store = await open()
  try {
    if (login === null) store.delete('login')
    else store.set('login', login)
  } catch (error) {
    throw new ConfigError(
      `cannot write ${store.path}: ${messageOf(error)}. Make the folder writable, or choose another with XDG_CONFIG_HOME`,
      { cause: error },
    )
  }
  return store.path
}
