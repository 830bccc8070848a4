/**
 * Azure Speech over WebSocket, as the SDK 1.52 speaks it. Recognition: `speech.config`, `speech.context`, `audio` (first
 * a RIFF header, an empty one ends) are answered with `turn.start`, `speech.startDetected`, `speech.hypothesis`,
 * `speech.endDetected`, `speech.phrase`, `turn.end`. Synthesis: `synthesis.context` and `ssml` with `turn.start`,
 * `response`, binary `audio`, `turn.end`; `synthesis.control` stops it. When speech begins and ends is heard from the
 * sound that really arrives; what was said is scripted.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { createRecognition, type Recognition, type RecognitionFault } from './azure/recognition.ts'
import { readSsml, type Synthesis, type SynthesisFault, toneFor } from './azure/synthesis.ts'
import { type AzureMessage, audioMessage, readMessage, textMessage } from './azure/wire.ts'

const synthesisPath = '/tts/cognitiveservices/websocket/v1'
/** What is remembered of past turns. */
const mostKept = 1_000

export type AzureSpeechOptions = {
  /** Others get 401. Default `emulated-key`. */
  key?: string
  /** What is said, utterance by utterance; then always `usually` ("bom dia"). */
  said?: readonly string[]
  usually?: string
  confidence?: number
  /** From the end of an utterance to its final. Default 0. */
  finalAfterMs?: number
  /** From SSML to the first sound. Default 0. */
  firstAudioAfterMs?: number
  /** Between two blocks of 100 ms. Default 0: as fast as they are read. */
  blockEveryMs?: number
  /** Others are closed with 1007. Default: all. */
  voices?: readonly string[]
}

/** What goes wrong from now on; each may be set at any time. */
export type AzureFaults = {
  /** An HTTP status instead of a WebSocket; an HTML page; or nothing at all. */
  connect: number | 'html' | 'hang' | null
  recognition: RecognitionFault | null
  synthesis: SynthesisFault | null
}

export type AzureSpeech = AsyncDisposable & {
  /** For `plugins.azure.host`. */
  readonly host: string
  readonly key: string
  readonly faults: AzureFaults
  /** The last turns, oldest first. */
  readonly recognitions: readonly Recognition[]
  readonly syntheses: readonly Synthesis[]
  /** TCP connections that are open now. */
  readonly open: () => number
  /** Syntheses that are under way. */
  readonly speaking: () => number
  /** Connections ever made, and syntheses that a client stopped. */
  readonly counts: { connections: number; handshakes: number; stopped: number }
  /** Drops every connection without a word. */
  readonly dropAll: () => void
}

export async function startAzureSpeech(o: AzureSpeechOptions = {}): Promise<AzureSpeech> {
  const { key = 'emulated-key', usually = 'bom dia', confidence = 0.9, finalAfterMs = 0 } = o
  const said = [...(o.said ?? [])]
  const faults: AzureFaults = { connect: null, recognition: null, synthesis: null }
  const counts = { connections: 0, handshakes: 0, stopped: 0 }
  const recognitions: Recognition[] = []
  const syntheses: Synthesis[] = []
  const sockets = new Set<Socket>()
  let speaking = 0

  const http = createServer((_, response) => response.writeHead(404).end())
  const server = new WebSocketServer({ noServer: true })
  http.on('connection', (socket) => {
    counts.connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })

  const refuse = (socket: Socket, status: number, type: string, body: string): void => {
    const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: ${type}\r\nConnection: close\r\n`
    socket.end(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
  }

  http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    counts.handshakes += 1
    const url = new URL(request.url ?? '/', 'http://emulator')
    const given =
      request.headers['ocp-apim-subscription-key'] ??
      url.searchParams.get('Ocp-Apim-Subscription-Key')
    if (faults.connect === 'hang') {
      // Says nothing, but sees the client leave.
      socket.resume().on('end', () => socket.end())
      return
    }
    if (faults.connect === 'html') {
      return refuse(socket, 502, 'text/html', '<html>Bad gateway</html>')
    }
    if (faults.connect !== null) return refuse(socket, faults.connect, 'text/plain', 'refused')
    if (given !== key) return refuse(socket, 401, 'text/plain', 'refused')
    server.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => undefined)
      if (url.pathname === synthesisPath) speak(client)
      else listen(client, url.searchParams.get('language') ?? '')
    })
  })

  function listen(client: WebSocket, language: string): void {
    const turns = new Map<string, ReturnType<typeof createRecognition>>()
    client.on('close', () => turns.forEach((turn) => turn.close()))
    const turnOf = (id: string): ReturnType<typeof createRecognition> => {
      const known = turns.get(id)
      if (known !== undefined) return known
      const turn = createRecognition({
        language,
        emit: (path, body) => client.send(textMessage(path, id, body)),
        next: () => ({ text: said.shift() ?? usually, confidence }),
        finalAfterMs,
        neverEnds: faults.recognition === 'never-ends',
        ended: () => turns.delete(id),
      })
      turns.set(id, turn)
      keep(recognitions, turn.seen)
      return turn
    }
    client.on('message', (data: Buffer, isBinary: boolean) => {
      const message = readMessage(data, isBinary)
      const { path, 'x-requestid': id = '' } = message.headers
      if (faults.recognition === 'silent') return
      if (path === 'speech.context') turnOf(id).context(message)
      if (path !== 'audio') return
      if (faults.recognition === 'drop') client.terminate()
      else if (faults.recognition === 'garbage') client.send('<html>{"Text":</html>')
      else turnOf(id).audio(message)
    })
  }

  function speak(client: WebSocket): void {
    let format = ''
    let stop = new AbortController()
    client.on('close', () => stop.abort())
    client.on('message', (data: Buffer, isBinary: boolean) => {
      const message = readMessage(data, isBinary)
      const { path } = message.headers
      if (path === 'synthesis.context') format = formatOf(message)
      if (path === 'synthesis.control') {
        counts.stopped += 1
        stop.abort()
      }
      if (path !== 'ssml') return
      stop = new AbortController()
      speaking += 1
      void answer(client, message, { format, signal: stop.signal }).finally(() => (speaking -= 1))
    })
  }

  async function answer(
    client: WebSocket,
    message: AzureMessage,
    { format, signal }: { format: string; signal: AbortSignal },
  ): Promise<void> {
    const id = message.headers['x-requestid'] ?? ''
    const ssml = message.body.toString('utf8')
    const read = readSsml(ssml)
    if (read === null) return client.close(1007, 'The SSML is invalid')
    if (o.voices !== undefined && !o.voices.includes(read.voice)) {
      return client.close(1007, `Unsupported voice ${read.voice}.`)
    }
    keep(syntheses, { ssml, format, ...read })
    const { synthesis: fault } = faults
    if (fault === 'silent') return
    if (fault === 'garbage') return client.send('<html>not a message</html>')
    const streamId = `S${id}`
    client.send(textMessage('turn.start', id, { context: { serviceTag: 'emulated' } }))
    client.send(textMessage('response', id, { audio: { type: 'inline', streamId } }))
    const peak = fault === 'near-silence' ? 20 : 6_000
    const rate = format.startsWith('raw-16khz') ? 16_000 : 8_000
    const blocks = fault === 'nothing' ? [] : toneFor(read.text, { rate, peak })
    try {
      if (o.firstAudioAfterMs !== undefined) {
        await setTimeout(o.firstAudioAfterMs, undefined, { signal })
      }
      let sent = 0
      for (const block of blocks) {
        client.send(audioMessage(id, streamId, block))
        sent += 1
        if (sent === 2 && fault === 'drop') return client.terminate()
        if (sent === 2 && fault === 'hang') return
        if (o.blockEveryMs !== undefined) await setTimeout(o.blockEveryMs, undefined, { signal })
        else await setImmediate(undefined, { signal })
      }
    } catch {
      // The client stopped it, or left: the turn ends here.
    }
    if (fault !== 'never-ends') client.send(textMessage('turn.end', id, {}))
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const dropAll = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    host: `ws://127.0.0.1:${port}`,
    key,
    faults,
    recognitions,
    syntheses,
    counts,
    open: () => sockets.size,
    speaking: () => speaking,
    dropAll,
    async [Symbol.asyncDispose]() {
      dropAll()
      server.close()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function formatOf(message: AzureMessage): string {
  const context = JSON.parse(message.body.toString('utf8')) as {
    synthesis?: { audio?: { outputFormat?: string } }
  }
  return context.synthesis?.audio?.outputFormat ?? ''
}

function keep<T>(list: T[], each: T): void {
  list.push(each)
  if (list.length > mostKept) list.shift()
}
