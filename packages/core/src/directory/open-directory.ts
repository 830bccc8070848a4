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

/** The plugin's directory where there is one, else the file `<data-dir>/apartamentos.json`. */
export async function openDirectory(
  plugin: Directory | null,
  o: { dataDir: string; servedCondominiums: () => ReadonlySet<number> },
): Promise<OpenDirectory> {
  if (plugin !== null) return { directory: plugin, notices: [], unbound: () => [] }
  const { entries, notices } = await loadDirectory(join(o.dataDir, 'apartamentos.json'))
  return {
    directory: createDirectory({ entries, servedCondominiums: o.servedCondominiums }),
    notices,
    unbound: (condominiums) => unboundNotices(entries, [...condominiums]),
  }
}
