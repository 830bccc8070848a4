import { ConfigError } from '../errors.ts'

/** The rows of a parsed ramais file: `{"ramais": […]}` or a bare list. `path` names it in the ConfigError. */
export function rowsOf(value: unknown, path: string): readonly unknown[] {
  const rows: unknown =
    typeof value === 'object' && value !== null && 'ramais' in value ? value.ramais : value
  if (Array.isArray(rows)) return rows as readonly unknown[]
  throw new ConfigError(
    `${path} must be {"ramais": [ … ]}, or a list: write the ramais into such a list, or remove the file`,
  )
}
