import { json } from 'node:stream/consumers'
import { write } from '../serve-http.ts'
import { type AvrContainer, sendMessage, startContainer } from './container.ts'

/** A request to /prompt-stream, as it came. */
export type AvrPrompt = {
  readonly uuid?: string
  readonly message?: string
  readonly messages?: readonly { readonly role: string; readonly content: string }[]
}

export type AvrLlmOptions = {
  /**
   * Whose manner it has: OpenAI and n8n write one object, Anthropic one for each piece, Typebot bare text; n8n and
   * Typebot want `message`, the others `messages`. Default anthropic.
   */
  readonly connector?: 'openai' | 'anthropic' | 'n8n' | 'typebot'
  /** One answer, or its pieces. Default: asks for the apartment until it hears a number. */
  readonly answer?: (prompt: AvrPrompt) => string | AsyncIterable<string>
}

export interface AvrLlm extends AvrContainer {
  /** Those that were taken, in order. */
  readonly prompts: readonly AvrPrompt[]
}

/** A container for a language model. It gives text only. */
export async function startAvrLlm(o: AvrLlmOptions = {}): Promise<AvrLlm> {
  const { connector = 'anthropic', answer = askForUnit } = o
  const prompts: AvrPrompt[] = []
  const container = await startContainer({
    path: '/prompt-stream',
    async handle(request, response) {
      const prompt = (await json(request)) as AvrPrompt
      const missing = whatIsMissing(prompt, connector)
      if (missing !== null) return sendMessage(response, 400, `${missing} is required`)
      prompts.push(prompt)
      if (connector === 'anthropic' && !isTakenByAnthropic(prompt)) {
        return sendMessage(response, 500, 'Error communicating with Anthropic API')
      }
      response.setHeader('content-type', 'text/event-stream')
      for await (const piece of piecesOf(answer(prompt), connector)) {
        const object = JSON.stringify({ type: 'text', content: piece })
        await write(response, connector === 'typebot' ? piece : object)
      }
      response.end()
    },
  })
  return Object.assign(container, { prompts })
}

function whatIsMissing(
  { uuid, message, messages }: AvrPrompt,
  connector: AvrLlmOptions['connector'],
): string | null {
  const wantsOne = connector === 'n8n' || connector === 'typebot'
  if (wantsOne && !message) return 'Message'
  if (!wantsOne && !messages) return 'Messages'
  return uuid || connector === 'anthropic' ? null : 'UUID'
}

function isTakenByAnthropic({ messages = [] }: AvrPrompt): boolean {
  return (
    messages[0]?.role === 'user' &&
    messages.every(
      ({ role, content }) => (role === 'user' || role === 'assistant') && content.trim() !== '',
    )
  )
}

async function* piecesOf(
  answer: string | AsyncIterable<string>,
  connector: AvrLlmOptions['connector'],
): AsyncGenerator<string> {
  if (typeof answer !== 'string') yield* answer
  else if (connector === 'anthropic') yield* answer.match(/.{1,7}/gsu) ?? []
  else yield answer
}

/** As the prompt of the plugin's README has it: words, and what is known as JSON. */
function askForUnit({ message = '' }: AvrPrompt): string {
  const unit = /\d+/u.exec(message)?.[0] ?? null
  const facts = JSON.stringify({ apartment_number: unit, valid_for_action: unit !== null })
  if (unit === null) return `Bom dia! Para qual apartamento, por favor? ${facts}`
  return `Certo. Vou chamar o apartamento ${unit}. ${facts}`
}
