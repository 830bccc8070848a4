import { Command } from '@oclif/core'
import { jsonLine } from './json-line.ts'

/** What all commands share: how they print, and what becomes of them when nobody reads any more. */
export abstract class PortariaCommand extends Command {
  /** False: this command goes on when its standard output is closed. */
  protected readonly endsWithOutput: boolean = true

  protected override async init(): Promise<void> {
    await super.init()
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EPIPE' && this.endsWithOutput) process.exit(0)
      })
    }
  }

  /** One line of text, whatever it holds. */
  protected print(line: string): void {
    process.stdout.write(`${line}\n`)
  }

  /** One JSON document, on one line. */
  protected printJson(value: unknown): void {
    process.stdout.write(jsonLine(value))
  }
}
