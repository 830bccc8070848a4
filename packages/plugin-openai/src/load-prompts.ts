import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { cleanLine, ConfigError, type Language, languages, messageOf } from '@portaria/core/plugin'

/** Each request carries it: more costs time in every turn. */
const longestPrompt = 20_000

export type Prompts = Readonly<Record<Language, string>>

/** Reads the prompt of each language: ours, or the user's. Throws ConfigError. */
export async function loadPrompts(promptFile: string | undefined): Promise<Prompts> {
  const read = async (language: Language): Promise<[Language, string]> => {
    const own = fileURLToPath(new URL(`../prompts/${language}.md`, import.meta.url))
    const path = promptFile?.replaceAll('{language}', language) ?? own
    return [language, await readPrompt(path)]
  }
  return Object.fromEntries(await Promise.all(languages.map(read))) as Prompts
}

async function readPrompt(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(
      `plugins.openai.ai.promptFile: ${path} cannot be read (${messageOf(cause)}): write it, or remove the option for our own prompts`,
      { cause },
    )
  })
  if (text.trim() === '' || text.length > longestPrompt) {
    throw new ConfigError(
      `plugins.openai.ai.promptFile: ${path} must have 1 to ${longestPrompt} characters, not ${text.length}`,
    )
  }
  return text.trim()
}

/** The prompt of one call: `{condominium}` is its name. */
export function promptFor(prompt: string, condominium: string | null): string {
  const name = cleanLine(condominium ?? '', 80).replace(/[{}<>`]/gu, '')
  return prompt.replaceAll('{condominium}', name === '' ? 'condomínio' : name)
}
