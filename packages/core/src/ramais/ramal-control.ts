import { isProviderError, messageOf, ProviderError } from '../errors.ts'
import { EditRefused, type RamalEdit, type RamalStore } from '../providers/ramal-store.ts'
import type { RamalControl } from '../status.ts'
import { parseRamal } from './parse-ramal.ts'
import type { Ramal } from './ramal.ts'

/** The parts of running ramais that people may ask something of. */
export type Controlled = {
  refresh: RamalControl['refresh']
  readNow(ids: readonly number[]): Promise<void>
  restart(match: (ramal: Ramal) => boolean): Promise<number>
}

/** Requests that come while the daemon starts wait until there are ramais. */
export function createRamalControl(o: {
  store: RamalStore
  running: Promise<Controlled>
}): RamalControl {
  const { store, running } = o
  return {
    refresh: (asked) => readable(async () => (await running).refresh(asked)),
    configured: (asked) => readable(() => store.list(asked)),
    async restart(which) {
      const isMeant = (ramal: Ramal): boolean =>
        'id' in which ? ramal.id === which.id : ramal.ramal_ia === which.ramal
      const count = await (await running).restart(isMeant)
      return count > 0 ? 'restarted' : 'unknown'
    },
    edit: store.edit === undefined ? null : checkedEdit(store, store.edit, running),
  }
}

/** Refuses what would be no ramal, and returns when an edit is applied. */
function checkedEdit(store: RamalStore, edit: RamalEdit, running: Promise<Controlled>): RamalEdit {
  const applied = async (id: number): Promise<void> => {
    try {
      await (await running).readNow([id])
    } catch (error) {
      throw new ProviderError(
        'ramais',
        `row ${id} is written, but could not be read back: ${messageOf(error)}. It is applied when ${store.place} can be read`,
        { retryable: false, cause: error },
      )
    }
  }
  return {
    async create(row, asked) {
      check({ ...row, id: 0 })
      const id = await edit.create(row, asked)
      await applied(id)
      return id
    },
    async change(id, change, asked) {
      const [row] = await store.get([id], asked)
      if (row === undefined) return 'missing'
      check({ ...(row as object), ...change })
      const done = await edit.change(id, change, asked)
      await applied(id)
      return done
    },
    async remove(id, asked) {
      const done = await edit.remove(id, asked)
      await applied(id)
      return done
    },
  }
}

function check(row: object): void {
  const parsed = parseRamal(row)
  if ('reason' in parsed) throw new EditRefused('conflict', parsed.reason)
}

/** A file that is no JSON is, to who asks for what is in it, a source that cannot be read. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isProviderError(error)) throw error
    throw new ProviderError('ramais', messageOf(error), { retryable: true, cause: error })
  }
}
