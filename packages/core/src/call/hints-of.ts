import { boundHints } from '../directory/bound-hints.ts'
import { messageOf } from '../errors.ts'
import type { Language } from '../language.ts'
import type { Log } from '../log.ts'
import type { Directory } from '../providers/directory.ts'

/** What the recogniser may expect of a visitor; nothing where the directory cannot say. Never rejects. */
export async function hintsOf(
  directory: Directory,
  o: { condominiumId: number; language: Language; signal: AbortSignal; log: Log },
): Promise<readonly string[]> {
  try {
    return boundHints((await directory.hints?.(o)) ?? [])
  } catch (error) {
    if (!o.signal.aborted)
      o.log.warn({ error: messageOf(error) }, 'the directory has no hints for the recogniser')
    return []
  }
}
