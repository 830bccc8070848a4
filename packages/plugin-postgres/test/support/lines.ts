import type { Log } from '@portaria/core/plugin'

export type Lines = { readonly log: Log; readonly texts: string[] }

/** A log that keeps its lines, fields included. */
export function linesOf(): Lines {
  const texts: string[] = []
  const keep = (level: string) => (fields: object, message: string) => {
    texts.push(`${level} ${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = {
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
    child: () => log,
  }
  return { log, texts }
}
