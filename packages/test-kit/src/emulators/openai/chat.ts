import type { ServerResponse } from 'node:http'
import { write } from '../serve-http.ts'

/** A request to /v1/chat/completions, as it came. */
export type ChatRequest = {
  readonly model?: string
  readonly messages: readonly {
    readonly role: string
    readonly content?: string | null
    readonly tool_calls?: readonly object[]
  }[]
  readonly stream?: boolean
  readonly tools?: readonly object[]
  readonly tool_choice?: string
  readonly response_format?: { readonly type: string }
}

/** What the model answers; tool calls come after the text. */
export type ChatAnswer = {
  readonly text?: string
  readonly calls?: readonly { readonly name: string; readonly arguments: object | string }[]
  /** Default: `tool_calls` or `stop`; null: none is sent, as where a stream is cut short. */
  readonly finish?: string | null
}

/** Streams an answer: text word by word, the arguments of calls cut in the middle, then what was used. */
export async function streamChat(response: ServerResponse, answer: ChatAnswer): Promise<void> {
  const { text = '', calls = [] } = answer
  const usual = calls.length > 0 ? 'tool_calls' : 'stop'
  const finish = answer.finish === undefined ? usual : answer.finish
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  const send = (chunk: object): Promise<void> => {
    const whole = { id: 'chatcmpl-emulated', object: 'chat.completion.chunk', ...chunk }
    return write(response, `data: ${JSON.stringify(whole)}\n\n`)
  }
  const delta = (delta: object): Promise<void> =>
    send({ choices: [{ index: 0, delta, finish_reason: null }] })
  await write(response, ': keep-alive\n\n')
  await delta({ role: 'assistant', content: calls.length > 0 && text === '' ? null : '' })
  for (const word of text.match(/\s*\S+|\s+$/gu) ?? []) {
    if (response.destroyed) return
    await delta({ content: word })
  }
  for (const [index, call] of calls.entries()) {
    const { name, arguments: given } = call
    const text = typeof given === 'string' ? given : JSON.stringify(given)
    const opening = { index, id: `call_${index}`, type: 'function' }
    await delta({ tool_calls: [{ ...opening, function: { name, arguments: '' } }] })
    for (let at = 0; at < text.length; at += 7) {
      if (response.destroyed) return
      await delta({ tool_calls: [{ index, function: { arguments: text.slice(at, at + 7) } }] })
    }
  }
  if (finish !== null) await send({ choices: [{ index: 0, delta: {}, finish_reason: finish }] })
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 }
  await send({ choices: [], usage })
  if (finish !== null) await write(response, 'data: [DONE]\n\n')
  response.end()
}

/** Asks for the apartment until it hears a number; asks what it is told to ask by way of tools, or of JSON. */
export function askForUnit(request: ChatRequest): ChatAnswer {
  const last = request.messages.findLast(({ role }) => role === 'user')?.content ?? ''
  const unit = /\d{2,}/u.exec(last)?.[0] ?? null
  const text =
    unit === null
      ? 'Bom dia! Para qual apartamento, por favor?'
      : `Certo. Vou chamar o apartamento ${unit}.`
  const visit = { unit, ready: unit !== null }
  if (request.tools === undefined) return { text: JSON.stringify({ say: text, visit }) }
  return unit === null ? { text } : { text, calls: [{ name: 'visit', arguments: visit }] }
}
