import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { json } from 'node:stream/consumers'

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
export interface AiServer extends AsyncDisposable {
  readonly url: string
  readonly origin: string
  /** In order; those that a fault met, too. */
  readonly asked: readonly AiQuestion[]
  /** Questions that are being answered. */
  readonly pending: number
  readonly connections: number
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
  let pending = 0
  let connections = 0

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

  const server = createServer((request, response) => {
    pending += 1
    response.once('close', () => (pending -= 1))
    handle(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connections += 1
    socket.once('close', () => (connections -= 1))
  })
  const origin = `http://127.0.0.1:${await listen(server, o.port ?? 0)}`
  return {
    url: `${origin}${path}`,
    origin,
    asked,
    get pending() {
      return pending
    },
    get connections() {
      return connections
    },
    misbehave(next) {
      fault = next
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server.close(), 'close')
      server.closeAllConnections()
      await closed
    },
  }
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

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Resolves when it is on its way, or nobody is left to get it. */
function write(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => response.write(text, () => resolve()))
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
