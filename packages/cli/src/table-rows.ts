import { wrapText } from './wrap-text.ts'

/**
 * A table, the lines of each row apart: in columns where it fits into `width`, else each row wrapped. `figures`: all but
 * the first column are numbers, which end below one another.
 */
export function tableRows(
  rows: readonly (readonly string[])[],
  width: number,
  o: { figures?: boolean } = {},
): string[][] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  )
  const fits = widths.reduce((sum, each) => sum + each + 2, -2) <= width
  const inColumns = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        o.figures === true && i > 0 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
  return rows.map((row) =>
    fits ? [inColumns(row).trimEnd()] : wrapText(row.join('  '), { width, first: 0, rest: 4 }),
  )
}
