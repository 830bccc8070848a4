import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { askForUnit, type ChatAnswer, type ChatRequest, streamChat } from './openai/chat.ts'
import { misbehave, type OpenAiFault, sendError } from './openai/faults.ts'
import {
  type HeardRequest,
  heardRequest,
  sendSound,
  sendTranscript,
  type SpokenRequest,
} from './openai/sound.ts'
import { type HttpServed, serveHttp } from './serve-http.ts'

export type { ChatAnswer, ChatRequest } from './openai/chat.ts'
export type { OpenAiFault } from './openai/faults.ts'

export type OpenAiServerOptions = {
  /** The key that it wants; null: none. Default `sk-emulated`. */
  readonly key?: string | null
  /** Models and voices that it knows; others are refused as OpenAI does. Default: all. */
  readonly models?: readonly string[]
  readonly voices?: readonly string[]
  /** What the model answers. Default: asks for the apartment until it hears a number. */
  readonly answer?: (request: ChatRequest) => ChatAnswer
  /** What each sound with speech in it says, one after the other, and then the last for ever. */
  readonly script?: readonly string[]
  /** How often 20 ms of speech are sent. Default 0: at once. */
  readonly blockEveryMs?: number
}

/** An OpenAI-compatible server, on loopback. */
export interface OpenAiServer extends HttpServed {
  readonly baseURL: string
  readonly key: string
  readonly chats: readonly ChatRequest[]
  readonly heard: readonly HeardRequest[]
  readonly spoken: readonly SpokenRequest[]
  /** Of every request, in order. */
  readonly requests: readonly { path: string; headers: IncomingMessage['headers'] }[]
  /** From the next request on; null: it is well again. */
  misbehave(fault: OpenAiFault | null): void
}

export async function startOpenAiServer(o: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const { key = 'sk-emulated', answer = askForUnit, script = ['apartamento 501'] } = o
  const chats: ChatRequest[] = []
  const heard: HeardRequest[] = []
  const spoken: SpokenRequest[] = []
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = []
  let fault: OpenAiFault | null = null
  let said = 0

  /** Whether it is refused, as OpenAI refuses: the message quotes what was sent. */
  function refused(response: ServerResponse, asked: { model?: string; voice?: string }): boolean {
    const { model = '', voice } = asked
    if (o.models?.includes(model) === false) {
      const message = `The model \`${model}\` does not exist`
      sendError(response, 404, { message, code: 'model_not_found', param: null })
      return true
    }
    if (voice !== undefined && o.voices?.includes(voice) === false) {
      const message = `Invalid value: '${voice}'`
      sendError(response, 400, { message, code: 'invalid_value', param: 'voice' })
      return true
    }
    return false
  }

  async function hear(body: Buffer, contentType: string, response: ServerResponse): Promise<void> {
    const request = await heardRequest(body, contentType)
    if (request === null) return sendError(response, 400, notAudio)
    heard.push(request)
    if (refused(response, request.fields)) return
    const text = request.speechMs === 0 ? '' : (script[Math.min(said++, script.length - 1)] ?? '')
    await sendTranscript(response, text, request.fields)
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, url = '/' } = request
    const { pathname } = new URL(url, 'http://openai')
    requests.push({ path: url, headers })
    const body = await buffer(request)
    if (fault !== null && !(await misbehave(fault, request, response))) return
    if (key !== null && headers.authorization !== `Bearer ${key}`) {
      const given = headers.authorization ?? ''
      const message = `Incorrect API key provided: ${given}`
      return sendError(response, 401, { message, code: 'invalid_api_key', param: null })
    }
    if (pathname === '/v1/audio/transcriptions') {
      return await hear(body, headers['content-type'] ?? '', response)
    }
    const asked: unknown = JSON.parse(body.toString('utf8'))
    if (pathname === '/v1/audio/speech') {
      const speech = asked as SpokenRequest
      spoken.push(speech)
      if (refused(response, speech)) return
      return await sendSound(response, speech, o.blockEveryMs ?? 0)
    }
    if (pathname !== '/v1/chat/completions') return sendError(response, 404, unknownPath)
    const chat = asked as ChatRequest
    chats.push(chat)
    if (refused(response, chat.model === undefined ? {} : { model: chat.model })) return
    await streamChat(response, answer(chat))
  }

  const served = await serveHttp(handle)
  return Object.assign(served, {
    baseURL: `${served.origin}/v1`,
    key: key ?? '',
    chats,
    heard,
    spoken,
    requests,
    misbehave(next: OpenAiFault | null) {
      fault = next
    },
  })
}

const notAudio = { message: 'Audio file is invalid', code: 'invalid_value', param: 'file' }
const unknownPath = { message: 'Unknown request URL', code: 'unknown_url', param: null }
