import { percentile } from '../../packages/cli/src/call/figures.ts'

type Figure = { what: string; n: number; measured: string; promised: string; kept: boolean }

/** What was measured, each against its promise. */
export interface Figures {
  /** The share (0.5, 0.99, 1) of the values may be at most this. */
  most(
    what: string,
    values: readonly number[],
    o: { share: number; most: number; unit?: string },
  ): void
  /** Measured, and nothing promised. */
  tell(what: string, measured: string): void
  print(): void
  readonly missed: number
}

const names = new Map([
  [0.5, 'p50'],
  [0.99, 'p99'],
  [1, 'max'],
])

export function createFigures(): Figures {
  const figures: Figure[] = []
  return {
    most(what, values, { share, most, unit = 'ms' }) {
      const value = percentile(values, share) ?? NaN
      figures.push({
        what: values.length > 1 ? `${what}, ${names.get(share)}` : what,
        n: values.length,
        measured: `${round(value)} ${unit}`,
        promised: `${round(most)} ${unit}`,
        kept: value <= most,
      })
    },
    tell(what, measured) {
      figures.push({ what, n: 1, measured, promised: '-', kept: true })
    },
    print() {
      console.table(figures.map(({ kept, ...figure }) => ({ ...figure, '': kept ? '' : 'MISSED' })))
    },
    get missed() {
      return figures.filter(({ kept }) => !kept).length
    },
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
