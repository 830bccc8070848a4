import type { RamalEdit } from '../providers/ramal-store.ts'
import type { DaemonView, RefreshStats } from '../status.ts'
import { ApiError } from './api-error.ts'
import {
  parseRamalChange,
  parseRamalDraft,
  parseRamalId,
  parseRefreshBody,
  parseRestartBody,
} from './ramal-requests.ts'
import { type App, only, type Request, sendLong } from './route.ts'
import { storeLimit } from './store-limit.ts'

type Options = {
  daemon: DaemonView
  /** Aborts when the API stops. */
  stopping: AbortSignal
}

function refreshMessage({ held }: RefreshStats): string {
  if (held === 0) return 'Ramais atualizados'
  return `Ramais atualizados; ${held} que sumiram da fonte continuam atendendo: confirme com {"accept_removals":true}`
}

function refreshRoute(app: App, o: Options): void {
  app.post('/api/refresh', async (request, reply) => {
    const asked = parseRefreshBody(request.body)
    const stats = await o.daemon.ramais.refresh({ ...asked, ...storeLimit(o.stopping) })
    return reply.send({ status: 'success', message: refreshMessage(stats), stats })
  })
  only(app, '/api/refresh', ['POST'])
}

function restartRoute(app: App, { daemon }: Options): void {
  app.post('/api/restart', async (request, reply) => {
    const which = parseRestartBody(request.body)
    if ((await daemon.ramais.restart(which)) === 'unknown') throw unknownRamal()
    const who = 'ramal' in which ? `Ramal ${which.ramal}` : `Ramal de id ${which.id}`
    return reply.send({ status: 'success', message: `${who} reiniciado` })
  })
  only(app, '/api/restart', ['POST'])
}

function unknownRamal(): ApiError {
  return new ApiError(404, 'Ramal não encontrado')
}

function editOf(daemon: DaemonView): RamalEdit {
  const { edit } = daemon.ramais
  if (edit !== null) return edit
  const { kind, place } = daemon.snapshot().source
  const message =
    kind === 'file'
      ? `Os ramais vêm de um arquivo: edite ${place} e depois chame POST /api/refresh`
      : `Os ramais vêm de ${kind} (${place}), que não pode ser alterado por aqui: altere lá e depois chame POST /api/refresh`
  throw new ApiError(409, message)
}

function idOf({ params }: Request): number {
  const id = parseRamalId(params.id ?? '')
  if (id === null) throw unknownRamal()
  return id
}

/** The ports that the row of a ramal wishes, where it is known. */
function wishedPorts(daemon: DaemonView, id: number) {
  const ramal = daemon.snapshot().ramais.find((each) => each.id === id)
  if (ramal === undefined) return null
  return { porta_ia: ramal.porta_ia_desejada, porta_retorno: ramal.porta_retorno_desejada }
}

function rowRoutes(app: App, o: Options): void {
  const { daemon } = o
  const rows = '/api/extensions'
  app.get(rows, async (_, reply) => {
    const extensions = await daemon.ramais.configured(storeLimit(o.stopping))
    const total_extensions = extensions.length
    return sendLong(reply, { status: 'success', total_extensions, extensions })
  })
  app.post(rows, async (request, reply) => {
    const edit = editOf(daemon)
    const draft = parseRamalDraft(request.body)
    const id = await edit.create(draft, storeLimit(o.stopping))
    const message = `Ramal ${draft.ramal_ia} criado`
    return reply.code(201).send({ status: 'success', message, extension: { id, ...draft } })
  })
  only(app, rows, ['GET', 'HEAD', 'POST'])

  const row = '/api/extensions/:id'
  app.patch<{ Params: { id?: string } }>(row, async (request, reply) => {
    const edit = editOf(daemon)
    const id = idOf(request)
    const change = parseRamalChange(request.body, wishedPorts(daemon, id))
    if ((await edit.change(id, change, storeLimit(o.stopping))) === 'missing') throw unknownRamal()
    return reply.send({ status: 'success', message: `Ramal de id ${id} alterado` })
  })
  app.delete<{ Params: { id?: string } }>(row, async (request, reply) => {
    const edit = editOf(daemon)
    const id = idOf(request)
    if ((await edit.remove(id, storeLimit(o.stopping))) === 'missing') throw unknownRamal()
    return reply.send({ status: 'success', message: `Ramal de id ${id} removido` })
  })
  only(app, row, ['PATCH', 'DELETE'])
}

/** What reads, applies and writes the configuration of the ramais. */
export function addRamalRoutes(app: App, o: Options): void {
  refreshRoute(app, o)
  restartRoute(app, o)
  rowRoutes(app, o)
}
