import type { TestDatabase } from '@portaria/test-kit/test-database'

type Client = Awaited<ReturnType<TestDatabase['client']>>

export type Row = { readonly id: number; readonly ports: readonly [number, number] }

/** One INSERT of all rows, without COMMIT of its own. */
export async function insertRows(client: Client, rows: readonly Row[]): Promise<void> {
  await client.query(
    `INSERT INTO public.extension_ia (extension_ia_id, extension_ia_number, extension_ia_return, extension_ia_ip,
       extension_ia_number_port, extension_ia_return_port, condominium_id)
     SELECT id, 10000 + 2 * id, 10001 + 2 * id, '127.0.0.1', ia, retorno, 1
     FROM unnest($1::int[], $2::int[], $3::int[]) AS row (id, ia, retorno)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ ports }) => ports[0]),
      rows.map(({ ports }) => ports[1]),
    ],
  )
}

export async function movePorts(client: Client, { id, ports }: Row): Promise<void> {
  await client.query(
    `UPDATE public.extension_ia SET extension_ia_number_port = $2, extension_ia_return_port = $3
     WHERE extension_ia_id = $1`,
    [id, String(ports[0]), String(ports[1])],
  )
}

/** Does `work` in a transaction. Returns `performance.now()` as COMMIT is sent; what it leads to may be awaited at once. */
export async function committing(
  client: Client,
  work: () => Promise<void>,
): Promise<{ atMs: number; done: Promise<unknown> }> {
  await client.query('BEGIN')
  await work()
  const atMs = performance.now()
  return { atMs, done: client.query('COMMIT') }
}
