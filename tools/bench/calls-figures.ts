import { spawnSync } from 'node:child_process'

/** What the load generator measured of one server. */
export type Figures = {
  readonly name: string
  readonly cpuUsPerFrame: number
  readonly cores: number
  readonly deviationMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly gapsOver40ms: number
  readonly kilobytesPerCall: number
  readonly callsLost: number
  /** Of the frames that were due (50 a second and call), how many came. */
  readonly playedShare: number
  /** The generator could not keep up, or the server waited for its core: nothing can be said. */
  readonly disturbed: boolean
}

/** The parts of callgen's report that are read here. */
type Report = {
  calls: number
  secs: number
  frames: { received: number }
  connects: { failed: number; dropped_early: number; server_hangups: number }
  gaps: { over40ms: number }
  gap_dev_ms: { p50: number; p99: number; max: number }
  generator: { overloaded: boolean }
  contention: { server_run_delay_cores: number; generator_run_delay_cores: number }
  server: { cores: number; cpu_us_per_frame: number; rss_kb_per_call: number }
}

/** More than this share of a core spent waiting for one is somebody else's work. */
const maxRunDelay = 0.08

/** Runs the generator to its end. Its report is JSON on standard output. */
export function measure(command: string, o: { args: readonly string[]; name: string }): Figures {
  const generator = spawnSync(command, o.args, { encoding: 'utf8', maxBuffer: 1 << 24 })
  if (generator.stdout === '') throw new Error(`callgen said nothing: ${generator.stderr}`)
  const report = JSON.parse(generator.stdout) as Report
  const { connects, contention, server } = report
  return {
    name: o.name,
    cpuUsPerFrame: server.cpu_us_per_frame,
    cores: server.cores,
    deviationMs: report.gap_dev_ms,
    gapsOver40ms: report.gaps.over40ms,
    kilobytesPerCall: server.rss_kb_per_call,
    callsLost: connects.failed + connects.dropped_early + connects.server_hangups,
    playedShare: report.frames.received / (report.calls * report.secs * 50),
    disturbed:
      report.generator.overloaded ||
      contention.generator_run_delay_cores > maxRunDelay ||
      (contention.server_run_delay_cores > maxRunDelay && server.cores < 0.9),
  }
}

/** The first is the floor that the others are compared with. */
export function printFigures(all: readonly Figures[]): void {
  const floor = all[0]?.cpuUsPerFrame ?? Number.NaN
  const rows = all.map((figures) => [
    figures.name + (figures.disturbed ? ' (disturbed)' : ''),
    figures.cpuUsPerFrame.toFixed(1),
    (figures.cpuUsPerFrame / floor).toFixed(2),
    figures.cores.toFixed(2),
    figures.deviationMs.p50.toFixed(2),
    figures.deviationMs.p99.toFixed(2),
    figures.deviationMs.max.toFixed(1),
    String(figures.gapsOver40ms),
    figures.kilobytesPerCall.toFixed(0),
    String(figures.callsLost),
    `${(100 * figures.playedShare).toFixed(1)} %`,
  ])
  const heads = [
    'server',
    'us/frame',
    'ratio',
    'cores',
    'p50',
    'p99',
    'max',
    '>40ms',
    'KB/call',
    'lost',
    'played',
  ]
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)),
  )
  for (const row of [heads, ...rows]) {
    console.log(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
  }
  console.log('p50, p99, max: |gap - 20 ms| between two frames as the caller gets them, in ms')
}

/** Promised of Portaria with everything on: see docs/audiosocket.md. */
export function promisesMissed(all: readonly Figures[]): string[] {
  return all.slice(1).flatMap((figures) => {
    const { name, deviationMs, gapsOver40ms, kilobytesPerCall, callsLost, playedShare } = figures
    return [
      deviationMs.p99 < 5
        ? null
        : `${name}: p99 of |gap - 20 ms| is ${deviationMs.p99} ms, not < 5`,
      gapsOver40ms === 0 ? null : `${name}: ${gapsOver40ms} gaps over 40 ms`,
      kilobytesPerCall <= 100 ? null : `${name}: ${kilobytesPerCall} KB a call, not <= 100`,
      playedShare > 0.995
        ? null
        : `${name}: ${(100 * playedShare).toFixed(1)} % of the frames came, not all`,
      callsLost === 0 ? null : `${name}: ${callsLost} calls lost`,
    ].filter((line) => line !== null)
  })
}
