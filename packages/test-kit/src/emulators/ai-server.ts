import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { json } from 'node:stream/consumers'
import { type HttpServed, serveHttp, write } from './serve-http.ts'

/** What was asked, and how. */
export type AiQuestion = {
  readonly id: string
  readonly content: string
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** A record as AI_API_URL wants it, or not. */
export type AiRecord = object

export type AiFault =
  /** Takes the question and never answers. */
  | { readonly type: 'hang' }
  /** Ends the connection: with the question in hand, or in the middle of its answer. */
  | { readonly type: 'drop'; readonly when: 'asked' | 'answering' }
  | { readonly type: 'slow'; readonly ms: number }
  /** A status with a page, as proxies send it; `text` goes into the page. */
  | { readonly type: 'status'; readonly status: number; readonly text?: string }
  | { readonly type: 'redirect'; readonly status: number; readonly to: string }
  /** Any body, as it is. */
  | { readonly type: 'body'; readonly body: string | Uint8Array; readonly contentType?: string }
  /** Begins its answer, says the first records, and then something without meaning for ever. */
  | { readonly type: 'never-ends' }

export type AiServerOptions = {
  /** One answer to a question, or the records of a stream. Default: asks for the apartment until it hears a number. */
  readonly answer?: (question: AiQuestion) => AiRecord | AsyncIterable<AiRecord>
  /** How it is sent. Default `json`; several records need a stream. */
  readonly form?: 'json' | 'ndjson' | 'sse'
  /** Default `/messages`. */
  readonly path?: string
  /** Redirects `/messages` to `/messages/`, as FastAPI does. */
  readonly redirectsSlash?: boolean
  readonly port?: number
}

/** A server behind AI_API_URL, on loopback. */
export interface AiServer extends HttpServed {
  readonly url: string
  /** In order; those that a fault met, too. */
  readonly asked: readonly AiQuestion[]
  /** From the next question on; null: it is well again. */
  misbehave(fault: AiFault | null): void
}

const contentTypes = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  sse: 'text/event-stream; charset=utf-8',
} as const

export async function startAiServer(o: AiServerOptions = {}): Promise<AiServer> {
  const { answer = askForUnit, form = 'json', path = '/messages' } = o
  const asked: AiQuestion[] = []
  let fault: AiFault | null = null

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://ai')
    if (o.redirectsSlash === true && !pathname.endsWith('/')) {
      response.writeHead(307, { location: `${pathname}/${search}` }).end()
      return
    }
    const question = await questionOf(request)
    if (question === null) return void response.writeHead(422).end()
    asked.push(question)
    const now = fault
    if (now !== null && !(await misbehave(now, request, response))) return
    response.setHeader('content-type', contentTypes[form])
    const given = answer(question)
    const records = isStream(given) ? given : [given]
    for await (const record of records) {
      if (response.destroyed) return
      await write(response, textOf(record, form))
    }
    if (form === 'sse') await write(response, 'data: [DONE]\n\n')
    response.end()
  }

  const served = await serveHttp(handle, o.port)
  return Object.assign(served, {
    url: `${served.origin}${path}`,
    asked,
    misbehave(next: AiFault | null) {
      fault = next
    },
  })
}

/** Resolves with true where the right answer follows. */
async function misbehave(
  fault: AiFault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.type) {
    case 'hang':
      return false
    case 'drop':
      if (fault.when === 'answering') {
        await write(response.writeHead(200, { 'content-type': 'application/json' }), '{"content":{')
      }
      request.socket.resetAndDestroy()
      return false
    case 'slow':
      await sleep(fault.ms)
      return true
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'text/html' })
      response.end(`<html><body><h1>${fault.status}</h1>${fault.text ?? ''}</body></html>`)
      return false
    case 'redirect':
      response.writeHead(fault.status, { location: fault.to }).end()
      return false
    case 'body':
      response.writeHead(200, { 'content-type': fault.contentType ?? 'application/json' })
      response.end(fault.body)
      return false
    case 'never-ends':
      response.writeHead(200, { 'content-type': contentTypes.ndjson })
      await write(response, textOf({ content: { mensagem: 'Um momento. ' } }, 'ndjson'))
      while (!response.destroyed) {
        await write(response, '\n')
        await sleep(5)
      }
      return false
  }
}

async function questionOf(request: IncomingMessage): Promise<AiQuestion | null> {
  const { method = '', url = '', headers } = request
  const body: unknown = await json(request)
  if (method !== 'POST' || typeof body !== 'object' || body === null) return null
  const { id, content } = body as Partial<AiQuestion>
  if (typeof id !== 'string' || typeof content !== 'string') return null
  return { id, content, method, path: url, headers }
}

function isStream(given: AiRecord): given is AsyncIterable<AiRecord> {
  return Symbol.asyncIterator in given
}

function textOf(record: AiRecord, form: keyof typeof contentTypes): string {
  const text = JSON.stringify(record)
  return form === 'json' ? text : form === 'sse' ? `data: ${text}\n\n` : `${text}\n`
}

function askForUnit({ content }: AiQuestion): AiRecord {
  const unit = /\d+/u.exec(content)?.[0] ?? null
  return {
    content: {
      mensagem:
        unit === null
          ? 'Bom dia! Para qual apartamento, por favor?'
          : `Certo. Vou chamar o apartamento ${unit}.`,
      dados: {
        intent_type: content.includes('entrega') ? 'entrega' : null,
        interlocutor_name: null,
        apartment_number: unit,
        resident_name: null,
      },
      valid_for_action: unit !== null,
    },
    timestamp: '2026-01-01T00:00:00Z',
    set_call_status: unit === null ? 'USER_TURN' : 'WAITING',
  }
}
