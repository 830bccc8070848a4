import { setTimeout as pause } from 'node:timers/promises'
import type { Role } from '@portaria/core/events'
import { ConfigError } from '@portaria/core/errors'
import type { ReplyDelay } from './call-report.ts'
import type { PhoneLeg } from './phone-leg.ts'
import { type Sound, soundKey, type Step } from './step.ts'

/** What steps act on. */
export interface Stage {
  leg(role: Role): PhoneLeg | null
  /** Waits until the call rings, then connects the resident's leg. */
  connectResident(signal: AbortSignal): Promise<void>
  hangup(): void
  readonly sounds: ReadonlyMap<string, Int16Array>
  readonly replies: ReplyDelay[]
  tell(line: string): void
}

/** A doorman that has not answered by then did not understand. */
const replyWithinMs = 15_000

function nameOf(sound: Sound): string {
  return sound.from === 'file' ? sound.path : `"${sound.text}"`
}

function legOf(stage: Stage, role: Role, where: string): PhoneLeg {
  const leg = stage.leg(role)
  if (leg) return leg
  throw new ConfigError(
    `${where}: the ${role}'s leg is not connected; add the step "resident" before`,
  )
}

/** Notes when the doorman's next sound begins; the call goes on meanwhile. */
function noteReply(o: {
  stage: Stage
  role: Role
  after: string
  sinceMs: number
  signal: AbortSignal
}): void {
  const { stage, role, sinceMs, signal } = o
  const reply: ReplyDelay = { leg: role, after: o.after, delay_ms: null }
  stage.replies.push(reply)
  stage
    .leg(role)
    ?.hearing.begins({ sinceMs, withinMs: replyWithinMs, signal })
    .then(
      (atMs) => {
        if (atMs !== null) reply.delay_ms = Math.round((atMs - sinceMs) * 10) / 10
      },
      // The call ended before an answer: the delay stays unknown.
      () => undefined,
    )
}

/** Performs steps in order. Rejects with the signal's reason when the call ends before the last one. */
export async function performSteps(
  steps: readonly Step[],
  stage: Stage,
  signal: AbortSignal,
): Promise<void> {
  // The last thing that was done on each leg: what is waited for comes after it.
  const since: Record<Role, number> = { visitor: -Infinity, resident: -Infinity }

  async function act(role: Role, o: { after: string; run: () => Promise<number> }): Promise<void> {
    stage.tell(`${role} ${o.after}`)
    const sinceMs = await o.run()
    signal.throwIfAborted()
    since[role] = sinceMs
    noteReply({ stage, role, after: o.after, sinceMs, signal })
  }

  async function perform(step: Step): Promise<void> {
    switch (step.type) {
      case 'wait':
        await pause(step.ms, undefined, { signal })
        return
      case 'heard': {
        const { hearing } = legOf(stage, step.leg, step.where)
        await hearing.heard({ sinceMs: since[step.leg], withinMs: step.withinMs, signal })
        return
      }
      case 'quiet': {
        const { hearing } = legOf(stage, step.leg, step.where)
        const { ms, withinMs } = step
        await hearing.quiet({ sinceMs: since[step.leg], ms, withinMs, signal })
        return
      }
      case 'say': {
        const leg = legOf(stage, step.leg, step.where)
        const samples = stage.sounds.get(soundKey(step.sound)) ?? new Int16Array(0)
        await act(step.leg, { after: `says ${nameOf(step.sound)}`, run: () => leg.say(samples) })
        return
      }
      case 'digits': {
        const leg = legOf(stage, step.leg, step.where)
        const after = `presses ${step.digits}`
        await act(step.leg, { after, run: () => leg.press(step.digits, signal) })
        return
      }
      case 'resident':
        await stage.connectResident(signal)
        return
      case 'hangup':
        stage.hangup()
    }
  }

  for (const step of steps) {
    signal.throwIfAborted()
    await perform(step)
  }
}
