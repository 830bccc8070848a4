import type { Waits } from '@portaria/core/plugin'
import { z } from 'zod'
import { passingFailure } from './failures.ts'

/** A tool that the model calls; `text` is JSON, if the model made no slip. */
export type ToolCall = { readonly id: string; readonly name: string; readonly text: string }

/** Nobody listens to more, and no visit needs more. */
const mostText = 16_000
const mostCalls = 8
const mostArguments = 4_000

const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z
          .looseObject({
            content: z.string().nullish(),
            tool_calls: z
              .array(
                z.looseObject({
                  index: z.number().nullish(),
                  id: z.string().nullish(),
                  function: z
                    .looseObject({ name: z.string().nullish(), arguments: z.string().nullish() })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
})

type Piece = NonNullable<
  NonNullable<NonNullable<z.output<typeof chunkSchema>['choices']>[number]['delta']>['tool_calls']
>[number]

/**
 * Reads the chunks of a streamed chat completion: text as it comes, and at the end the tools that were called. Throws a
 * ProviderError where it is broken off, or is none.
 */
export async function* readCompletion(
  chunks: AsyncIterator<unknown>,
  o: { where: string; waits: Waits },
): AsyncGenerator<string, readonly ToolCall[]> {
  const calls = createCallCollector()
  let length = 0
  let finished = false
  for (;;) {
    const next = await o.waits.wait(chunks.next())
    if (next.done === true) break
    const parsed = chunkSchema.safeParse(next.value)
    if (!parsed.success) throw passingFailure(`${o.where}: the answer is no chat completion`)
    // The chunk that counts tokens has no choice.
    const [choice] = parsed.data.choices ?? []
    const { content, tool_calls: pieces } = choice?.delta ?? {}
    for (const piece of pieces ?? []) calls.add(piece)
    if (content != null && content !== '') {
      length += content.length
      yield content
      if (length > mostText) return []
    }
    finished ||= choice?.finish_reason != null
  }
  if (!finished) throw passingFailure(`${o.where}: the answer ended in the middle`)
  return calls.all()
}

type OpenCall = { index: number; id: string; name: string; text: string }

/** Calls come in pieces: by `index`, by `id`, or, from some servers, each at once and all with one index. */
function createCallCollector() {
  const calls: OpenCall[] = []

  function callOf({ index, id }: Piece): OpenCall | undefined {
    const at = index ?? calls.at(-1)?.index ?? 0
    const known = calls.findLast((call) => call.index === at)
    const another = id != null && id !== '' && known?.id !== id
    if (known !== undefined && !another) return known
    if (calls.length >= mostCalls) return undefined
    const call = { index: at, id: id ?? `call_${calls.length}`, name: '', text: '' }
    calls.push(call)
    return call
  }

  return {
    add(piece: Piece): void {
      const call = callOf(piece)
      if (call === undefined) return
      call.name ||= piece.function?.name ?? ''
      call.text = (call.text + (piece.function?.arguments ?? '')).slice(0, mostArguments)
    },
    all: (): readonly ToolCall[] => calls.map(({ id, name, text }) => ({ id, name, text })),
  }
}
