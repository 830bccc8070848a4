import { once } from 'node:events'
import { jsonLine } from './json-line.ts'
import { textLines } from './text-lines.ts'

/** Few enough that answers come while the rest is still being made. */
const batch = 200

/** Answers each line of standard input with one JSON object, in order, as fast as the reader takes them. */
export async function answerLines(answer: (text: string) => object): Promise<void> {
  for await (const lines of textLines(process.stdin)) {
    for (let i = 0; i < lines.length; i += batch) {
      const out = lines.slice(i, i + batch).map((text) => jsonLine(answer(text)))
      if (!process.stdout.write(out.join(''))) await once(process.stdout, 'drain')
    }
  }
}
