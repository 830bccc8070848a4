import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { nearest } from '@portaria/core/config/nearest'
import { printable } from '../printable.ts'
import { type Finding, fine, type Patient } from './finding.ts'

/** Every variable that Portaria, its parts or Node read from a `.env`. */
const known = [
  ...['DATABASE_URL', 'DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_SSL'],
  ...['PGSSLMODE', 'PGSSLROOTCERT', 'API_PORT', 'API_TOKEN', 'AUDIOSOCKET_BIND'],
  ...['AUTO_REFRESH', 'AUTO_REFRESH_SECONDS', 'RAMAL_REMOVAL', 'DRAIN_SECONDS'],
  ...['SILENCE_THRESHOLD_SECONDS', 'PORTARIA_DEBUG', 'NODE_ENV', 'TZ', 'NODE_EXTRA_CA_CERTS'],
  ...['AZURE_SPEECH_KEY', 'AZURE_SPEECH_REGION', 'AI_API_URL'],
  ...['OPENAI_API_KEY', 'PORTARIA_MODELS_URL'],
  ...['MAX_CONCURRENT_TRANSCRIPTIONS', 'MAX_CONCURRENT_SYNTHESIS'],
]

const secret = ['DATABASE_URL', 'DB_PASSWORD', 'API_TOKEN', 'AZURE_SPEECH_KEY', 'OPENAI_API_KEY']

function unknownIn(names: readonly string[]): readonly Finding[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known)
      return {
        subject: '.env',
        state: 'warning',
        message: `${printable(name)} is no variable of Portaria`,
        remedy: meant === null ? 'remove it, unless another program needs it' : `write ${meant}`,
      }
    })
}

async function examineFile(path: string): Promise<readonly Finding[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  const names = Object.keys(parseEnv(text))
  const { mode } = await stat(path)
  const open = (mode & 0o044) !== 0 && names.some((name) => secret.includes(name))
  const findings: Finding[] = open
    ? [
        {
          subject: '.env',
          state: 'warning',
          message: `${path} holds secrets and is readable by others`,
          remedy: `chmod 600 ${path}`,
        },
      ]
    : [fine('.env', `${path}, ${names.length} variables`)]
  return [...findings, ...unknownIn(names)]
}

/** The Node that runs this, the `.env`, and what the settings themselves have to say. */
export async function examineEnvironment(patient: Patient): Promise<readonly Finding[]> {
  const { loaded, folder } = patient
  const notices = loaded.notices.map((message): Finding => {
    const remedy = 'set what it lacks, or remove it'
    return { subject: 'settings', state: 'warning', message, remedy }
  })
  return [
    fine('Node', `${process.version}, ${process.platform} ${process.arch}`),
    fine('settings', loaded.file ?? 'no configuration file, which is fine'),
    ...notices,
    ...(await examineFile(join(folder, '.env'))),
  ]
}
