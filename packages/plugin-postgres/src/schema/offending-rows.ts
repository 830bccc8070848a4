import type { ClientBase } from 'pg'

const shownAtMost = 10

/**
 * The rows of `extension_ia` that `sql/constraints.sql` would refuse, each as one line for people; empty when none is
 * against it. It asks what the constraints ask.
 */
export async function offendingRows(client: ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: number | null; why: string }>(query)
  const lines = rows.map(({ id, why }) => `extension_ia_id ${id ?? 'null'}: ${why}`)
  const more = lines.length - shownAtMost
  return more > 0 ? [...lines.slice(0, shownAtMost), `and ${more} more`] : lines
}

const query = `
WITH row AS (
  SELECT
    extension_ia_id AS id,
    condominium_id AS condominium,
    coalesce(btrim(extension_ia_number::text), '') AS number,
    coalesce(btrim(extension_ia_number_port::text), '') AS port,
    btrim(extension_ia_return_port::text) AS return_port,
    count(*) OVER (PARTITION BY extension_ia_id) AS times
  FROM public.extension_ia
), judged AS (
  SELECT id, concat_ws(', ',
    CASE WHEN id IS NULL THEN 'it has no id' END,
    CASE WHEN times > 1 THEN times || ' rows have this id' END,
    CASE WHEN number = '' THEN 'it has no number' END,
    CASE WHEN condominium IS NULL THEN 'it has no condominium_id' END,
    CASE WHEN NOT ${isPort('port')} THEN 'its port is not one of 1 to 65535: "' || left(port, 20) || '"' END,
    CASE WHEN return_port IS NOT NULL AND NOT ${isPort('return_port')}
      THEN 'its return port is neither null nor one of 1 to 65535: "' || left(return_port, 20) || '"' END,
    CASE WHEN port = return_port THEN 'its two ports are the same: ' || left(port, 20) END
  ) AS why
  FROM row
)
SELECT id, why FROM judged WHERE why <> '' ORDER BY id`

function isPort(column: string): string {
  return `(CASE WHEN ${column} ~ '^[0-9]{1,5}$' THEN ${column}::integer BETWEEN 1 AND 65535 ELSE false END)`
}
