import { expect } from 'vitest'

/** Samples by `name{labels}`, read as the text format 0.0.4 demands; throws for what promtool would refuse. */
export function parseMetrics(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const types = new Map<string, string>()
  const helped = new Set<string>()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const help = /^# HELP ([a-z_]+) \S.*\.$/.exec(line)?.[1]
    const [, typed, type] = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line) ?? []
    const [, series, name, value] =
      /^(([a-z_]+)(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})?) (\S+)$/.exec(
        line,
      ) ?? []
    if (help !== undefined) {
      if (helped.has(help)) throw new Error(`second HELP: ${line}`)
      helped.add(help)
    } else if (typed !== undefined && type !== undefined) {
      if (!helped.has(typed) || types.has(typed)) throw new Error(`TYPE out of order: ${line}`)
      types.set(typed, type)
    } else if (series !== undefined && name !== undefined) {
      const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
      const kind = types.get(family)
      if (kind === undefined) throw new Error(`no TYPE: ${line}`)
      if ((kind === 'counter') !== name.endsWith('_total')) throw new Error(`name: ${line}`)
      if (!name.startsWith('portaria_')) throw new Error(`prefix: ${line}`)
      if (samples.has(series)) throw new Error(`twice: ${line}`)
      if (!Number.isFinite(Number(value))) throw new Error(`value: ${line}`)
      samples.set(series, Number(value))
    } else throw new Error(`not the format: ${line}`)
  }
  return samples
}
