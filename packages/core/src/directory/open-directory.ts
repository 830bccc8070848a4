import { join } from 'node:path'
import type { Directory } from '../providers/directory.ts'
import { createDirectory } from './create-directory.ts'
import { loadDirectory, unboundNotices } from './load-directory.ts'

export type OpenDirectory = {
  readonly directory: Directory
  readonly notices: readonly string[]
  /** What to say when it is known which condomínios are served. */
  unbound(condominiums: Iterable<number>): readonly string[]
}

/**
 * The plugin's directory where there is one, else the file `<data-dir>/apartamentos.json`. Without `hints` it tells
 * none.
 */
export async function openDirectory(
  plugin: Directory | null,
  o: { dataDir: string; hints: boolean; servedCondominiums: () => ReadonlySet<number> },
): Promise<OpenDirectory> {
  const shown = (directory: Directory): Directory => (o.hints ? directory : withoutHints(directory))
  if (plugin !== null) return { directory: shown(plugin), notices: [], unbound: () => [] }
  const { entries, notices } = await loadDirectory(join(o.dataDir, 'apartamentos.json'))
  return {
    directory: shown(createDirectory({ entries, servedCondominiums: o.servedCondominiums })),
    notices,
    unbound: (condominiums) => unboundNotices(entries, [...condominiums]),
  }
}

function withoutHints(directory: Directory): Directory {
  return { find: (facts, o) => directory.find(facts, o) }
}
