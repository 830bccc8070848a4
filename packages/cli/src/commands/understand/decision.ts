import { answerLines } from '../../answer-lines.ts'
import { languageFlag } from '../../language-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class UnderstandDecision extends PortariaCommand {
  static override summary = 'Say what a resident decided: authorize, deny, ask or unclear'
  static override description =
    'Reads lines from standard input and prints one JSON object a line, in order:\n' +
    '{"text":"...","decision":"authorize|deny|ask|unclear"}. A doubt is never a yes.'
  static override examples = ["echo 'não autorizo' | <%= config.bin %> <%= command.id %>"]
  static override flags = { lang: languageFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(UnderstandDecision)
    const { classify } = await import('@portaria/core/decision/classify')
    await answerLines((text) => ({ text, decision: classify(text, flags.lang) }))
  }
}
