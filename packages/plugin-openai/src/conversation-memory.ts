import { cleanLine, type Facts, type Said, type Turn } from '@portaria/core/plugin'

export type Message = { readonly role: 'user' | 'assistant'; readonly content: string }

/** A destination that core was told. */
export type Destination = Partial<Pick<Facts, 'unit' | 'block' | 'residentName'>>

type State = {
  readonly past: readonly Message[]
  /** The last destination that core was told. */
  readonly told: Destination | null
}

type Outcome = {
  readonly after: State
  /** What had been played when it was tried: still the same where another reply is tried in its place. */
  readonly played: string
  readonly said: string
  readonly kept: boolean
}

/** A reply in the making, which the next turn may or may not have been preceded by. */
export interface Attempt {
  /** What was said before, and then what the visitor says now. */
  readonly messages: readonly Message[]
  said(text: string): void
  learnt(destination: Destination): void
  completed(): void
}

/**
 * What was said in a call, as it was really heard. A reply becomes part of it only when the next turn shows that it
 * was not dropped: it was completed and never aborted, or something of it was heard. So a reply that was tried while
 * the visitor still spoke leaves no trace.
 */
export interface ConversationMemory {
  /** To be called before each attempt: what the turn shows of the last ones is remembered. The last destination told. */
  settle(turn: Turn): Destination | null
  attempt(turn: Turn, o: { content: string; now: string; signal: AbortSignal }): Attempt
}

const mostMessages = 24
const mostCharacters = 6_000
const longestMessage = 2_000

export function createConversationMemory(history: readonly Said[]): ConversationMemory {
  let state: State = { past: bounded(history.flatMap(messageOf)), told: null }
  let tried: (() => Outcome)[] = []

  return {
    settle({ played }) {
      const outcomes = tried.map((outcome) => outcome())
      const kept = outcomes.findLast(
        (each) => each.kept || (each.played !== played && wasHeard(each.said, played)),
      )
      if (kept !== undefined) state = kept.after
      tried = []
      return state.told
    },
    attempt(turn, { content, now, signal }) {
      const before = state
      const played = cleanLine(turn.played, longestMessage)
      const heard: readonly Message[] =
        played === '' ? [] : [{ role: 'assistant', content: played }]
      const past = [...before.past, ...heard]
      let said = ''
      let isComplete = false
      let { told } = before
      tried.push(() => ({
        after: { past: bounded([...past, { role: 'user', content }]), told },
        played: turn.played,
        said,
        kept: isComplete && !signal.aborted,
      }))
      return {
        messages: alternating([...bounded(past), { role: 'user', content: now }]),
        said: (text) => (said += ` ${text}`),
        learnt: (destination) => (told = destination),
        completed: () => (isComplete = true),
      }
    },
  }
}

function messageOf({ by, text }: Said): Message[] {
  const content = cleanLine(text, longestMessage)
  if (content === '' || by === 'resident') return []
  return by === 'portaria'
    ? [{ role: 'assistant', content }]
    : [{ role: 'user', content: JSON.stringify({ visitor: { said: content } }) }]
}

/** The last messages, not more than a turn can carry. */
function bounded(messages: readonly Message[]): readonly Message[] {
  const last = messages.slice(-mostMessages)
  let characters = last.reduce((sum, { content }) => sum + content.length, 0)
  while (characters > mostCharacters && last.length > 1)
    characters -= last.shift()?.content.length ?? 0
  return last
}

/** Some servers take only a user first, and then each in turn. */
function alternating(messages: readonly Message[]): readonly Message[] {
  const turns: Message[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (last === undefined && message.role === 'assistant') {
      turns.push({ role: 'user', content: '{"visitor":{"event":"rang"}}' })
    }
    if (last?.role !== message.role) turns.push(message)
    else turns[turns.length - 1] = { ...last, content: `${last.content}\n${message.content}` }
  }
  return turns
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Whether what was played begins with what was said, or is a part of it. */
function wasHeard(said: string, played: string): boolean {
  const [words, heard] = [plain(said), plain(played)]
  return words !== '' && heard !== '' && (words.includes(heard) || heard.includes(words))
}
