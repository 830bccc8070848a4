import { Flags } from '@oclif/core'

/** `--json`: one document for a command that ends, one object a line for one that streams. */
export function jsonFlag(): ReturnType<typeof Flags.boolean> {
  return Flags.boolean({ description: 'print JSON on standard output' })
}
