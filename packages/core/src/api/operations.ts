import type { z } from 'zod'
import type { answerSchemas } from './answer-schemas.ts'
import { callsQuery, hangupBody, historyQuery } from './call-requests.ts'
import { ramalChange, ramalDraft, refreshBody, restartBody } from './ramal-requests.ts'

/** What the API reads, by the name that `/api/docs/openapi.json` gives it. */
export const bodySchemas = {
  RamalDraft: ramalDraft,
  RamalChange: ramalChange,
  RefreshBody: refreshBody,
  RestartBody: restartBody,
  HangupBody: hangupBody,
}

export type AnswerName = keyof typeof answerSchemas
export type BodyName = keyof typeof bodySchemas

/** One way to use the API, as its documentation tells it. */
export type Operation = {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** `{id}` is a parameter. */
  readonly path: string
  readonly summary: string
  readonly details?: string
  readonly id?: string
  readonly query?: z.ZodObject
  readonly body?: { readonly schema: BodyName; readonly optional?: true; readonly example: object }
  readonly answer: {
    readonly status: 200 | 201
    readonly description: string
    /** Absent: `type` is not JSON. */
    readonly schema?: AnswerName
    readonly type?: string
  }
  /** Beside 401, 403 and 500, which every route may answer. */
  readonly failures?: readonly number[]
  /** A failure that says more than a message. */
  readonly notReady?: true
}

const draft = {
  ramal_ia: '1003',
  ramal_retorno: '1004',
  ip_servidor: '192.0.2.10',
  porta_ia: 8090,
  porta_retorno: 8091,
  condominio_id: 1,
}

const written = [400, 404, 409, 413, 415, 503]

export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process answers',
    details: 'Needs no token.',
    answer: { status: 200, description: 'It does', schema: 'Health' },
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether visitors are answered',
    answer: {
      status: 200,
      description: 'Every ramal listens or is refused with a reason',
      schema: 'Ready',
    },
    notReady: true,
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    answer: { status: 200, description: 'Text format 0.0.4', type: 'text/plain' },
  },
  {
    method: 'get',
    path: '/api/status',
    summary: 'The ramais that are served, and the daemon',
    answer: { status: 200, description: 'As it is now', schema: 'Status' },
  },
  {
    method: 'post',
    path: '/api/refresh',
    summary: 'Reads all ramais again and applies them',
    details: 'Calls go on. Needs no body.',
    body: { schema: 'RefreshBody', optional: true, example: { accept_removals: false } },
    answer: { status: 200, description: 'What changed', schema: 'Refreshed' },
    failures: [400, 413, 415, 503],
  },
  {
    method: 'get',
    path: '/api/extensions',
    summary: 'Every configuration in the database',
    answer: { status: 200, description: 'The rows as they stand there', schema: 'Configured' },
    failures: [503],
  },
  {
    method: 'post',
    path: '/api/extensions',
    summary: 'Adds a row: a new ramal',
    body: { schema: 'RamalDraft', example: draft },
    answer: { status: 201, description: 'It is written and applied', schema: 'Created' },
    failures: [400, 409, 413, 415, 503],
  },
  {
    method: 'patch',
    path: '/api/extensions/{id}',
    summary: 'Changes a row',
    details: 'Live calls go on; new ports drain the old ones.',
    id: 'The id of the row',
    body: { schema: 'RamalChange', example: { porta_ia: 8094 } },
    answer: { status: 200, description: 'It is written and applied', schema: 'Done' },
    failures: written,
  },
  {
    method: 'delete',
    path: '/api/extensions/{id}',
    summary: 'Removes a row',
    details: 'Its live calls drain or end, as RAMAL_REMOVAL says.',
    id: 'The id of the row',
    answer: { status: 200, description: 'It is removed', schema: 'Done' },
    failures: [404, 409, 413, 415, 503],
  },
  {
    method: 'post',
    path: '/api/restart',
    summary: 'Closes and opens the ports of one ramal',
    details: 'Its calls go on. With both keys, extension_id counts.',
    body: { schema: 'RestartBody', example: { ramal: '1003' } },
    answer: { status: 200, description: 'It listens again', schema: 'Done' },
    failures: [400, 404, 413, 415, 503],
  },
  {
    method: 'get',
    path: '/api/calls',
    summary: 'Live and ended calls',
    query: callsQuery,
    answer: {
      status: 200,
      description: 'Newest first; ended ones stay for an hour',
      schema: 'Calls',
    },
    failures: [400],
  },
  {
    method: 'get',
    path: '/api/calls/{id}',
    summary: 'One call',
    id: 'The UUID of the call, in either case',
    answer: { status: 200, description: 'As it is now', schema: 'Call' },
    failures: [404],
  },
  {
    method: 'get',
    path: '/api/history',
    summary: 'Ended calls of the database, by the beginning of their UUID',
    details: 'Also of former runs of the daemon. None where ramais come from a file.',
    query: historyQuery,
    answer: { status: 200, description: '10 at most', schema: 'KeptCalls' },
    failures: [400, 503],
  },
  {
    method: 'post',
    path: '/api/hangup',
    summary: 'Hangs up a leg',
    body: {
      schema: 'HangupBody',
      example: { call_id: '7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab', role: 'visitor' },
    },
    answer: { status: 200, description: 'The leg is asked to end', schema: 'Done' },
    failures: [400, 404, 413, 415],
  },
  {
    method: 'get',
    path: '/api/events',
    summary: 'What happens, as it happens: server-sent events',
    details:
      'Each has id, event (its type) and data (an Event). Last-Event-ID or ?lastEventId= resumes after that id.',
    answer: { status: 200, description: 'A stream that does not end', type: 'text/event-stream' },
    failures: [503],
  },
  {
    method: 'get',
    path: '/api/docs',
    summary: 'This description as a page',
    answer: { status: 200, description: 'It loads nothing from elsewhere', type: 'text/html' },
  },
  {
    method: 'get',
    path: '/api/docs/openapi.json',
    summary: 'This description as OpenAPI 3.1',
    answer: { status: 200, description: 'For generators and tools', type: 'application/json' },
  },
]
