import { isAbsolute, join } from 'node:path'
import { ConfigError } from '@portaria/core/errors'
import { patienceMs, pressSteps, saySteps, type Step } from './step.ts'

type Where = { readonly file: string; readonly folder: string }
type Parse = (rest: string, o: { where: string; folder: string }) => readonly Step[]

const longestMs = 600_000

function milliseconds(text: string, where: string): number {
  const ms = Number(text)
  if (/^\d+$/.test(text) && ms <= longestMs) return ms
  throw new ConfigError(
    `${where}: "${text}" is no time; write whole milliseconds up to ${longestMs}`,
  )
}

function words(
  text: string,
  o: { min: number; max: number; where: string; usage: string },
): string[] {
  const found = text === '' ? [] : text.split(/\s+/)
  if (found.length >= o.min && found.length <= o.max) return found
  throw new ConfigError(`${o.where}: write it as: ${o.usage}`)
}

function needed(text: string, where: string, usage: string): string {
  if (text !== '') return text
  throw new ConfigError(`${where}: write it as: ${usage}`)
}

/** Digits as a telephone has them. */
export function checkDigits(text: string, where: string): string {
  if (/^[0-9*#A-D]+$/.test(text)) return text
  throw new ConfigError(`${where}: "${text}" is no row of digits; a keypad has 0-9, *, # and A-D`)
}

const verbs: Readonly<Record<string, Parse>> = {
  wait: (rest, { where }) => {
    const [ms = ''] = words(rest, { min: 1, max: 1, where, usage: 'wait MS' })
    return [{ type: 'wait', ms: milliseconds(ms, where), where }]
  },
  heard: (rest, { where }) => {
    const [max] = words(rest, { min: 0, max: 1, where, usage: 'heard [MS]' })
    const withinMs = max === undefined ? patienceMs : milliseconds(max, where)
    return [{ type: 'heard', leg: 'visitor', withinMs, where }]
  },
  quiet: (rest, { where }) => {
    const [ms = '', max] = words(rest, { min: 1, max: 2, where, usage: 'quiet MS [MAX]' })
    const withinMs = max === undefined ? patienceMs : milliseconds(max, where)
    return [{ type: 'quiet', leg: 'visitor', ms: milliseconds(ms, where), withinMs, where }]
  },
  say: (rest, { where, folder }) => {
    const name = needed(rest, where, 'say FILE.wav')
    const path = isAbsolute(name) ? name : join(folder, name)
    return [{ type: 'say', leg: 'visitor', sound: { from: 'file', path }, where }]
  },
  speak: (rest, { where }) => {
    const text = needed(rest, where, 'speak TEXT')
    return [{ type: 'say', leg: 'visitor', sound: { from: 'text', text }, where }]
  },
  digits: (rest, { where }) => [
    { type: 'digits', leg: 'visitor', digits: checkDigits(rest, where), where },
  ],
  resident: (rest, { where }) => {
    words(rest, { min: 0, max: 0, where, usage: 'resident' })
    return [{ type: 'resident', where }]
  },
  'resident-digits': (rest, { where }) => pressSteps('resident', checkDigits(rest, where), where),
  'resident-speak': (rest, { where }) => {
    const text = needed(rest, where, 'resident-speak TEXT')
    return saySteps('resident', { from: 'text', text }, where)
  },
  hangup: (rest, { where }) => {
    words(rest, { min: 0, max: 0, where, usage: 'hangup' })
    return [{ type: 'hangup', where }]
  },
}

function parseLine(line: string, where: string, folder: string): readonly Step[] {
  const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
  const parse = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (parse) return parse(rest.trim(), { where, folder })
  throw new ConfigError(`${where}: unknown step "${verb}". Steps: ${Object.keys(verbs).join(', ')}`)
}

/**
 * A script of the test phone: one step a line, `#` begins a comment where a step would begin. Paths are
 * relative to the script. Throws ConfigError with file and line.
 */
export function parseScript(text: string, o: Where): readonly Step[] {
  const steps = text.split(/\r?\n/).flatMap((raw, index) => {
    const line = raw.trim()
    return line === '' || line.startsWith('#')
      ? []
      : parseLine(line, `${o.file}:${index + 1}`, o.folder)
  })
  if (steps.length > 0) return steps
  throw new ConfigError(
    `${o.file}: the script has no step. Steps: ${Object.keys(verbs).join(', ')}`,
  )
}
