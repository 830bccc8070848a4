import type { Server } from 'node:https'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { ApiError } from './api-error.ts'
import { slicedJson } from './sliced-json.ts'

/** Fastify's type for a server that may speak HTTPS; it speaks HTTP where there is no certificate. */
export type App = FastifyInstance<Server>
export type Reply = FastifyReply<object, Server>
export type Request = FastifyRequest<{ Params: { id?: string } }, Server>

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Answers 405 to every other method of a route, before a body is read. */
export function only(app: App, url: string, allowed: readonly HTTPMethods[]): void {
  const use = allowed.filter((method) => method !== 'HEAD').join(', ')
  const refuse = () =>
    Promise.reject(
      new ApiError(405, `Método não permitido: use ${use}`, { allow: allowed.join(', ') }),
    )
  app.route({
    method: methods.filter((method) => !allowed.includes(method)),
    url,
    onRequest: refuse,
    handler: refuse,
  })
}

/** Sends what may hold thousands of ramais. */
export async function sendLong(reply: Reply, body: object): Promise<Reply> {
  return reply.type('application/json; charset=utf-8').send(await slicedJson(body))
}

/** A route that is only read. */
export function get(app: App, url: string, answer: (request: Request) => unknown): void {
  app.get<{ Params: { id?: string } }>(url, async (request, reply) =>
    reply.send(await answer(request)),
  )
  only(app, url, ['GET', 'HEAD'])
}
