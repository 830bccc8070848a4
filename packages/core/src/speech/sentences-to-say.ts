import { cleanLine } from './clean-text.ts'
import { splitSentences } from './sentences.ts'

/** Nobody listens to more at a time; in characters. */
const longestText = 12_000

/** The sentences of what a dialogue says that a voice can say: plain lines, and none without a letter or a digit. */
export function sentencesToSay(text: string): string[] {
  return splitSentences(text.slice(0, longestText))
    .map((sentence) => cleanLine(sentence, longestText))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
}
