import { cleanLine, type Said, type Turn } from '@portaria/core/plugin'

export type Message = { readonly role: 'user' | 'assistant'; readonly content: string }

/** Older messages are forgotten: a visit is shorter. */
const mostMessages = 40
const longestMessage = 4_000

/** What was said so far, as the containers want it. */
export interface Talk {
  /** The messages with one more of the visitor; `played`: what the visitor heard before it. */
  with(played: Turn['played'], words: string): readonly Message[]
  keep(messages: readonly Message[]): void
}

export function createTalk(history: readonly Said[]): Talk {
  let messages: readonly Message[] = []
  for (const { by, text } of history) {
    messages = joined(messages, { role: by === 'visitor' ? 'user' : 'assistant', content: text })
  }
  return {
    with(played, words) {
      const heard = joined(messages, { role: 'assistant', content: played })
      return joined(heard, { role: 'user', content: words })
    },
    keep(said) {
      messages = said
    },
  }
}

/** Anthropic takes only talks that a user begins, in which both speak by turns, and nobody says nothing. */
function joined(messages: readonly Message[], { role, content }: Message): readonly Message[] {
  const text = cleanLine(content, longestMessage)
  const last = messages.at(-1)
  if (text === '' || (last === undefined && role === 'assistant')) return messages
  if (last?.role !== role) return fromUser([...messages, { role, content: text }])
  const both = cleanLine(`${last.content} ${text}`, longestMessage)
  return [...messages.slice(0, -1), { role, content: both }]
}

function fromUser(messages: readonly Message[]): readonly Message[] {
  const recent = messages.slice(-mostMessages)
  return recent[0]?.role === 'assistant' ? recent.slice(1) : recent
}
