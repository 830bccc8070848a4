import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigError, messageOf } from '@portaria/core/errors'
import { checkDigits, parseScript } from './parse-script.ts'
import { pressSteps, saySteps, type Step } from './step.ts'

/** What the command line says about both sides. */
export type Acts = {
  /** `--say`, `--speak` and `--digits`, in the order given. */
  readonly acts: readonly { readonly flag: string; readonly value: string }[]
  readonly script: string | undefined
  readonly resident: boolean
  readonly residentSpeak: string | undefined
  readonly residentDigits: string | undefined
}

export type Plan = { readonly visitor: readonly Step[]; readonly resident: readonly Step[] }

async function scriptSteps(file: string): Promise<readonly Step[]> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`cannot read the script ${file}: ${messageOf(error)}. Correct --script`, {
      cause: error,
    })
  }
  return parseScript(text, { file, folder: dirname(resolve(file)) })
}

function actSteps(act: { flag: string; value: string }): readonly Step[] {
  const { flag, value } = act
  const where = `--${flag}`
  switch (flag) {
    case 'say':
      return saySteps('visitor', { from: 'file', path: value }, where)
    case 'speak':
      return saySteps('visitor', { from: 'text', text: value }, where)
    case 'digits':
      return pressSteps('visitor', checkDigits(value, where), where)
    default:
      return []
  }
}

function residentSteps(o: Acts): readonly Step[] {
  const { residentSpeak, residentDigits } = o
  if (!o.resident && residentSpeak === undefined && residentDigits === undefined) return []
  const text = { where: '--resident-speak', sound: residentSpeak }
  const keys = { where: '--resident-digits', digits: residentDigits }
  return [
    { type: 'resident', where: '--resident' },
    ...(text.sound === undefined
      ? []
      : saySteps('resident', { from: 'text', text: text.sound }, text.where)),
    ...(keys.digits === undefined
      ? []
      : pressSteps('resident', checkDigits(keys.digits, keys.where), keys.where)),
  ]
}

/** What visitor and resident do, each in order. Throws ConfigError. */
export async function planSteps(o: Acts): Promise<Plan> {
  const visitor = o.script === undefined ? o.acts.flatMap(actSteps) : await scriptSteps(o.script)
  return { visitor, resident: residentSteps(o) }
}
