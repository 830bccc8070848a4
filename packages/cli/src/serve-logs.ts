import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { ConfigError, messageOf } from '@portaria/core/errors'
import type { Log } from '@portaria/core/log'
import { pino } from 'pino'
import { createStream, type RotatingFileStream } from 'rotating-file-stream'
import { isDiskFailure } from './disk-failure.ts'

/** The name that the system before this one used. */
const fileName = 'audiosocket.log'

/** At most 10 files of 20 MB: a busy building for weeks, and never a full disk. */
const bounds: FileBounds = { size: '20M', oldFiles: 9 }

/** A disk that refused a line may take the next one later. */
const retryMs = 30_000

export type ServeLogs = AsyncDisposable & { readonly log: Log }

type Sink = { write(line: string): void }

type FileBounds = { readonly size: `${number}${'K' | 'M'}`; readonly oldFiles: number }

type Screen = Writable & { readonly isTTY?: boolean }

async function checkWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await using file = await open(join(folder, fileName), 'a')
    await file.stat()
  } catch (error) {
    // The sink says that lines are lost, and tries again.
    if (isDiskFailure(error)) return
    throw new ConfigError(
      `cannot write logs into ${folder}: ${messageOf(error)}. Make it writable, or choose another with --log-dir`,
      { cause: error },
    )
  }
}

/** `audiosocket.log`, then `audiosocket.log.1` and so on, the oldest removed. */
function openFile(folder: string, o: FileBounds): RotatingFileStream {
  const named = (index: number | Date | null): string =>
    index === null || index instanceof Date || index === 0 ? fileName : `${fileName}.${index}`
  return createStream(named as (index: number | Date) => string, {
    path: folder,
    size: o.size,
    rotate: o.oldFiles,
  })
}

/** Lines into the rotated file. A full disk costs lines, said once on standard error, and never the daemon. */
function fileSink(folder: string, o: FileBounds): Sink & AsyncDisposable {
  let stream: RotatingFileStream | null = null
  let openAgainAtMs = 0

  function lose(error: Error): void {
    process.stderr.write(`portaria: log lines are lost: ${error.message} (${folder})\n`)
    stream?.destroy()
    stream = null
    openAgainAtMs = performance.now() + retryMs
  }

  function current(): RotatingFileStream | null {
    if (stream === null && performance.now() >= openAgainAtMs) {
      stream = openFile(folder, o).on('error', lose)
    }
    return stream
  }

  return {
    write: (line) => void current()?.write(line),
    async [Symbol.asyncDispose]() {
      const open = stream
      stream = null
      if (open) await new Promise<void>((resolve) => open.end(resolve))
    },
  }
}

/** A person at a terminal reads lines, a program JSON. A reader that goes away must not end the daemon. */
async function screenSink(screen: Screen): Promise<Sink> {
  let out: Writable = screen
  let gone = false
  screen.on('error', () => {
    gone = true
  })
  if (screen.isTTY) {
    const { default: pretty } = await import('pino-pretty')
    const format = { colorize: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true }
    out = pretty({ ...format, destination: screen })
  }
  return { write: (line) => void (gone || out.write(line)) }
}

/**
 * The daemon's log: pretty on a terminal, JSON lines when standard output is read by a program, and always
 * JSON lines in `<folder>/audiosocket.log`, rotated. Throws ConfigError when the folder cannot be written for
 * another reason than a failing disk.
 */
export async function startServeLogs(o: {
  folder: string
  level: 'debug' | 'info'
  screen: Screen
  bounds?: FileBounds
}): Promise<ServeLogs> {
  await checkWritable(o.folder)
  const file = fileSink(o.folder, o.bounds ?? bounds)
  const screen = await screenSink(o.screen)
  const log = pino(
    {
      level: o.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line: string) {
        screen.write(line)
        file.write(line)
      },
    },
  )
  return { log, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() }
}
