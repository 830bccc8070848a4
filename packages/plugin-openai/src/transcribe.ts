import { createWaits, type Waits } from '@portaria/core/plugin'
import type { Connection } from './connect.ts'
import { passingFailure } from './failures.ts'
import type { OpenAiOptions } from './options.ts'
import { realWords, type Understood, understoodOf } from './transcript.ts'
import { wavOf } from './wav.ts'

type Asked = {
  readonly connection: Connection
  readonly options: OpenAiOptions['stt']
  readonly rate: number
  /** ISO 639-1. */
  readonly language: string | undefined
  readonly prompt: string | undefined
  readonly signal: AbortSignal
  /** All the words so far, each time that there are more. */
  readonly onPartial: (text: string) => void
}

type Request = { file: File; model: string; language?: string; prompt?: string }

/** What was said in the sound of one turn. Rejects with a ProviderError, or with the signal's reason. */
export async function transcribe(sound: readonly Uint8Array[], o: Asked): Promise<Understood> {
  const { connection, options, language, prompt } = o
  const { where, model, failure } = connection
  const tooLate = (ms: number) =>
    passingFailure(`${where}: a transcript took more than ${ms} ms (plugins.openai.stt.timeoutMs)`)
  const waits = createWaits({ totalMs: options.timeoutMs, tooLate, signal: o.signal })
  const request: Request = {
    file: new File([wavOf(sound, o.rate)], 'turn.wav', { type: 'audio/wav' }),
    model,
    ...(language === undefined ? {} : { language }),
    ...(prompt === undefined ? {} : { prompt }),
  }
  try {
    const understood = options.stream
      ? await streamed(request, { ...o, waits })
      : await whole(request, { ...o, waits })
    if (understood === null) throw passingFailure(`${where}: the answer has no transcript`)
    return understood
  } catch (error) {
    waits.signal.throwIfAborted()
    throw failure(error)
  } finally {
    waits.leave()
  }
}

type Asking = Asked & { readonly waits: Waits }

async function whole(request: Request, o: Asking): Promise<Understood | null> {
  const { client } = o.connection
  const { signal, wait } = o.waits
  const answer: unknown = o.options.details
    ? await wait(
        client.audio.transcriptions.create(
          { ...request, response_format: 'verbose_json' },
          { signal },
        ),
      )
    : await wait(
        client.audio.transcriptions.create({ ...request, response_format: 'json' }, { signal }),
      )
  return understoodOf(answer)
}

async function streamed(request: Request, o: Asking): Promise<Understood | null> {
  const { signal, wait } = o.waits
  const { transcriptions } = o.connection.client.audio
  const events = await wait(transcriptions.create({ ...request, stream: true }, { signal }))
  const parts = events[Symbol.asyncIterator]()
  let text = ''
  for (;;) {
    const next = await wait(parts.next())
    if (next.done === true) return null
    const { value } = next
    if (value.type === 'transcript.text.delta') {
      text += value.delta
      const words = realWords(text)
      if (words !== '') o.onPartial(words)
    } else if (value.type === 'transcript.text.done') return understoodOf({ text: value.text })
  }
}
