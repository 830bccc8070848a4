import { answerLines } from '../../answer-lines.ts'
import { languageFlag } from '../../language-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { visitFacts } from '../../visit-facts.ts'

export default class UnderstandVisit extends PortariaCommand {
  static override summary = 'Say what a visitor told: kind of visit, names, unit, block'
  static override description =
    'Reads lines from standard input and prints one JSON object a line, in order:\n' +
    '{"text":"...","facts":{"intent_type","interlocutor_name","apartment_number","block",' +
    '"resident_name"}}; facts that the text does not tell are left out.'
  static override examples = [
    "echo 'entrega pro apê 12 bloco B' | <%= config.bin %> <%= command.id %>",
  ]
  static override flags = { lang: languageFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(UnderstandVisit)
    const { understandVisit } = await import('@portaria/plugin-rules/understand')
    await answerLines((text) => ({ text, facts: visitFacts(understandVisit(text, flags.lang)) }))
  }
}
