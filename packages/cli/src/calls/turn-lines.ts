import type { TurnView } from '@portaria/core/status'
import { printable } from '../printable.ts'
import { tableRows } from '../table-rows.ts'
import { wrapText } from '../wrap-text.ts'
import { counted, offset, wholeMs } from './figures.ts'

type Page = { readonly width: number; readonly startedAt: string }

const explanation =
  'Where the time went, in ms. SILENCE: from the last voice to the judgement that the turn was over (s in the bar); from there to the WORDS (w), from these to the REPLY (r), from that to its VOICE (v). AUDIBLE: from the end of the turn to the first sound of the reply, with what none of the others explains (.).'

const head = ['TURN', 'AT', 'WHO', 'INPUT', 'SILENCE', 'WORDS', 'REPLY', 'VOICE', 'AUDIBLE']
const longestBar = 60
const indent = 6

function cellsOf(turn: TurnView, { startedAt }: Page): string[] {
  const times = [turn.endpoint_ms, turn.transcript_ms, turn.reply_ms, turn.speech_ms]
  const about = [String(turn.turn), offset(startedAt, turn.at), turn.role, turn.input]
  return [...about, ...[...times, turn.audible_ms].map(wholeMs)].map(printable)
}

/** The letters of the bar and their milliseconds. What none of the phases explains is Portaria's own. */
function phasesOf(turn: TurnView): readonly (readonly [string, number])[] {
  const words = turn.transcript_ms ?? 0
  const reply = turn.reply_ms ?? 0
  const voice = turn.speech_ms ?? 0
  const rest = Math.max(0, (turn.audible_ms ?? 0) - words - reply - voice)
  return [
    ['s', turn.endpoint_ms ?? 0],
    ['w', words],
    ['r', reply],
    ['v', voice],
    ['.', rest],
  ]
}

function totalMs(turn: TurnView): number {
  return phasesOf(turn).reduce((sum, [, ms]) => sum + ms, 0)
}

/** `ssssswwrrrv.  1.4 s`; as long as `longestMs` is `columns`. */
function barOf(turn: TurnView, { columns, longestMs }: { columns: number; longestMs: number }) {
  const total = totalMs(turn)
  if (total === 0) return []
  let ms = 0
  let bar = ''
  for (const [letter, each] of phasesOf(turn)) {
    ms += each
    bar = bar.padEnd(Math.round((ms / longestMs) * columns), letter)
  }
  return [`${' '.repeat(indent)}${bar}  ${(total / 1000).toFixed(1)} s`]
}

const rescues = {
  none: null,
  keypad: 'nobody could reply: the keypad was offered',
  human: 'nobody could reply: handed to a human',
} as const

/** Who served, and what went otherwise than it should. */
function remarksOn(turn: TurnView): string {
  const { stt, tts, dialogue } = turn.providers
  const remarks = [
    stt === null ? null : `${stt} heard`,
    dialogue === null ? null : `${dialogue} replied`,
    tts === null ? null : tts === 'cache' ? 'spoken from memory' : `${tts} spoke`,
    ...turn.fallbacks.map((kind) => `another ${kind} stood in`),
    counted(turn.fillers, 'filler'),
    turn.speculation === 'none' ? null : `speculative reply ${turn.speculation}`,
    turn.barge_in ? 'interrupted' : null,
    counted(turn.false_starts, 'false start'),
    counted(turn.merged, 'more piece'),
    rescues[turn.rescue],
  ]
  return remarks.filter((remark) => remark !== null).join('; ')
}

/** Where the time of each turn went: a line of times, a bar, and a line on who served. */
export function turnLines(turns: readonly TurnView[], page: Page): string[] {
  const { width } = page
  const longestMs = Math.max(...turns.map(totalMs))
  const columns = Math.max(10, Math.min(longestBar, width - indent - 10))
  const rows = tableRows([head, ...turns.map((turn) => cellsOf(turn, page))], width)
  return [
    ...wrapText(explanation, { width, first: 0, rest: 0 }),
    '',
    ...rows.flatMap((lines, i) => {
      const turn = turns[i - 1]
      if (turn === undefined) return lines
      const remarks = printable(remarksOn(turn))
      const wrapped =
        remarks === '' ? [] : wrapText(remarks, { width, first: indent, rest: indent })
      return [...lines, ...barOf(turn, { columns, longestMs }), ...wrapped]
    }),
  ]
}
