/**
 * What a visitor waits for, with many calls at once and providers that take 0 ms: the first frame, the greeting, a
 * reply, the end of sound after speaking over it, the answer to a key. Run by `pnpm bench replies`.
 */
import { createPacer, type Pacer } from '@portaria/core/audio/pacer'
import { readWav } from '@portaria/core/audio/wav'
import { freePorts } from '@portaria/test-kit/free-ports'
import { callIn, type Phone } from '@portaria/test-kit/phone'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const calls = Number(process.argv[2] ?? 100)
const speech = readWav(
  readFileSync(new URL('../../test/audio/002-clean.wav', import.meta.url)),
).samples.slice(958 * 8, 3790 * 8)

/** Calls begin one after another, and last longer than all beginnings together. */
const staggerMs = 37

/** A visitor hears a word or two before speaking over the greeting; the ear has learnt the noise of the line by then. */
const greetedForMs = 600

type Measured = Record<'first frame' | 'greeting' | 'barge-in' | 'reply' | 'keypad', number[]>

const measured: Measured = {
  'first frame': [],
  greeting: [],
  'barge-in': [],
  reply: [],
  keypad: [],
}
const promised: Record<keyof Measured, string> = {
  'first frame': '20 ms',
  greeting: '150 ms',
  'barge-in': '200 ms',
  reply: 'p50 25, p99 60 ms',
  keypad: '100 ms',
}

const dataDir = mkdtempSync(join(tmpdir(), 'portaria-bench-'))
try {
  const [port = 0, returnPort = 0] = await freePorts(2)
  writeRamais(port, returnPort)
  const server = fork(new URL('./replies-server.ts', import.meta.url), [dataDir, String(calls)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  const [{ apiUrl }] = (await once(server, 'message')) as [{ apiUrl: string }]
  const pacer = createPacer()
  // The code that a first call has compiled, and its caches, are no call's.
  await oneCall({ port, apiUrl, pacer })
  for (const values of Object.values(measured)) values.length = 0
  const idle = await memoryOf(server)
  const done = Promise.all(
    Array.from({ length: calls }, async (_, i) => {
      await wait(i * staggerMs)
      await oneCall({ port, apiUrl, pacer })
    }),
  )
  await wait(calls * staggerMs + 500)
  const busy = await memoryOf(server)
  await done
  pacer[Symbol.dispose]()
  server.disconnect()
  await once(server, 'exit')
  print()
  const each = (busy.bytes - idle.bytes) / busy.calls / 1024
  console.log(
    `memory in use, after a collection: ${each.toFixed(0)} KB for each of ${busy.calls} calls`,
  )
} finally {
  rmSync(dataDir, { recursive: true })
}

async function oneCall(o: { port: number; apiUrl: string; pacer: Pacer }): Promise<void> {
  await using phone = await callIn(o)
  const greetedMs = await phone.heard(0)
  measured.greeting.push(greetedMs - phone.connectedMs)
  measured['first frame'].push((phone.frames[0]?.atMs ?? Infinity) - phone.connectedMs)

  await wait(greetedForMs)
  const spokeMs = performance.now()
  const spoken = phone.speak(speech)
  await phone.quiet(400)
  const lastMs = phone.frames.findLast((frame) => frame.audible)?.atMs ?? Infinity
  measured['barge-in'].push(lastMs - spokeMs)
  await spoken
  const repliedMs = await phone.heard()
  measured.reply.push(repliedMs - (await heardMs(o.apiUrl, phone)))

  await phone.quiet(400)
  await phone.press('501')
  const pressedMs = performance.now()
  await phone.press('#')
  measured.keypad.push((await phone.heard(pressedMs)) - pressedMs)
}

/** When the daemon had the visitor's words, which is when it decided that the turn was over; our clock. */
async function heardMs(apiUrl: string, phone: Phone): Promise<number> {
  const answer = await fetch(`${apiUrl}/api/calls/${phone.uuid}`)
  const call = (await answer.json()) as { transcript: { at: string; by: string }[] }
  const line = call.transcript.find(({ by }) => by === 'visitor')
  return Date.parse(line?.at ?? '') - performance.timeOrigin
}

async function memoryOf(server: ChildProcess): Promise<{ calls: number; bytes: number }> {
  server.send('memory')
  const [usage] = (await once(server, 'message')) as [{ calls: number; bytes: number }]
  return usage
}

function writeRamais(port: number, returnPort: number): void {
  const ramal = {
    id: 1,
    ramal_ia: '1000',
    ramal_retorno: '1001',
    ip_servidor: '127.0.0.1',
    porta_ia: port,
    porta_retorno: returnPort,
    condominio_id: 1,
  }
  writeFileSync(join(dataDir, 'ramais_config.json'), JSON.stringify({ ramais: [ramal] }))
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function print(): void {
  console.log(`${calls} calls at once, ms from cause to effect as the phone saw it`)
  const rows = Object.entries(measured).map(([what, values]) => {
    const sorted = values.toSorted((a, b) => a - b)
    const at = (q: number): number => Math.round(sorted[Math.ceil(q * sorted.length) - 1] ?? NaN)
    const promise = promised[what as keyof Measured]
    return { what, n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1), promise }
  })
  console.table(rows)
}
