import { printable, printableLines } from '../printable.ts'
import type { EarResult, MindResult, Tested, VoiceResult } from './tested.ts'

const indent = ' '.repeat(10)

/** One tried provider for people: how it did, and below it what it said, or why it failed and what to do. */
export function testedLines(tested: Tested): string[] {
  const head = `${tested.kind.padEnd(indent.length)}${printable(tested.provider)}`
  if (tested.error !== null) {
    const { message, retryable } = tested.error
    const [first = '', ...more] = printableLines(message).split('\n')
    const lasting = retryable
      ? 'it may work a moment later'
      : 'it will not work until that is mended'
    return [`${head}: FAILED`, first, ...more, lasting].map((line, n) =>
      n === 0 ? line : `${indent}${line}`,
    )
  }
  const [figures, ...words] = linesOf(tested)
  return [`${head}: ok, ${figures ?? ''}`, ...words.map((line) => indent + printable(line))]
}

function linesOf(tested: Tested): string[] {
  if (tested.result === null) return []
  switch (tested.kind) {
    case 'tts':
      return voiceLines(tested.result)
    case 'stt':
      return earLines(tested.result)
    case 'dialogue':
      return mindLines(tested.result)
  }
}

function ms(value: number | null): string {
  return value === null ? '-' : `${Math.round(value)} ms`
}

function seconds(value: number): string {
  return `${(value / 1_000).toFixed(1)} s`
}

function voiceLines(o: VoiceResult): string[] {
  const figures = [
    `first byte ${ms(o.first_byte_ms)}`,
    `total ${ms(o.total_ms)}`,
    `${seconds(o.audio_ms)} of speech`,
    `real-time factor ${o.real_time_factor ?? '-'}`,
  ]
  return [figures.join(', '), `said: ${o.said}`]
}

function earLines(o: EarResult): string[] {
  const figures = [
    `first word ${ms(o.first_word_ms)} after the onset`,
    `final ${ms(o.final_ms)} after the last voice`,
    `${ms(o.after_turn_ms)} after the turn`,
    `total ${ms(o.total_ms)}`,
  ]
  const from = o.sound.from === 'file' ? o.sound.name : `the voice of ${o.sound.name}`
  return [figures.join(', '), `heard, from ${from}: ${o.text === '' ? '(nothing)' : o.text}`]
}

function mindLines(o: MindResult): string[] {
  const figures = `first word ${ms(o.first_word_ms)}, total ${ms(o.total_ms)}`
  const facts = Object.entries(o.facts).map(([name, value]) => `${name} ${value}`)
  const known = facts.length === 0 ? 'no facts' : facts.join(', ')
  const ending = o.ending === null ? '' : `, then: ${o.ending}`
  return [
    figures,
    `asked: ${o.asked}`,
    `answered: ${o.text === '' ? '(nothing)' : o.text}`,
    `understood: ${known}${o.ready ? ' (ready)' : ''}${ending}`,
  ]
}
