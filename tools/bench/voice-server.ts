/** The daemons under test of `voice.ts`: providers that answer after fixed delays, and fail where they are told to. */
import { getEventListeners } from 'node:events'
import { settingsFrom } from '@portaria/core/config/settings-from'
import { startDaemon, type Daemon } from '@portaria/core/daemon'
import { silentLog } from '@portaria/core/log'
import type { Dialogue, Plugin, Providers, SpeechToText, TextToSpeech } from '@portaria/core/plugin'
import {
  createDelayedDialogue,
  createDelayedStt,
  createDelayedVoice,
} from '@portaria/test-kit/delayed-providers'
import { pluginOf } from '@portaria/test-kit/plugin-of'
import type { Asked, Failing, Open, Scenario } from './voice-link.ts'

const line = 'tenho uma entrega para o 501'
const daemons: (Daemon | null)[] = []
/** Signals that providers were given and that have not aborted. */
const signals = new Set<AbortSignal>()
const warnings: string[] = []

process.on('warning', ({ message }) => void warnings.push(message))
process.on('message', ({ id, ...asked }: Asked & { id: number }) => {
  void answer(asked).then((answered) => process.send?.({ id, answer: answered ?? null }))
})
process.on('disconnect', () => {
  for (const daemon of daemons) void daemon?.[Symbol.asyncDispose]()
})

async function answer(asked: Asked): Promise<unknown> {
  switch (asked.ask) {
    case 'start':
      return daemons.push(await start(asked)) - 1
    case 'stop':
      return stop(asked.daemon)
    case 'turns':
      return daemons[asked.daemon]?.call(asked.uuid)?.turns
    case 'open':
      return whatIsOpen()
  }
}

async function stop(nth: number): Promise<void> {
  const daemon = daemons[nth]
  daemons[nth] = null
  await daemon?.[Symbol.asyncDispose]()
}

async function start(o: { dataDir: string; scenario: Scenario }): Promise<Daemon> {
  const { settings } = settingsFrom({
    flags: { dataDir: o.dataDir, ramais: 'file' },
    env: {},
    config: {},
  })
  const { scenario } = o
  const plugins: { [name: string]: Plugin } = {
    first: pluginOf('first', providersOf('first', scenario, scenario.failing)),
    other: pluginOf('other', providersOf('other', scenario, [])),
  }
  const kinds = (['stt', 'tts', 'dialogue'] as const).map((kind) => {
    const hasOther =
      scenario.withOthers ?? scenario.failing.some((failing) => failing.kind === kind)
    return [kind, hasOther ? ['first', 'other'] : ['first']] as const
  })
  return startDaemon({
    settings: {
      ...settings,
      ...Object.fromEntries(kinds),
      api: { ...settings.api, port: 0 },
      silenceMs: scenario.silenceMs,
    },
    log: silentLog,
    version: 'bench',
    resolve: (name) => Promise.resolve({ default: plugins[name] }),
  })
}

function providersOf(name: string, o: Scenario, failing: readonly Failing[]): Partial<Providers> {
  const faultsOf = (kind: Failing['kind']) => {
    const found = failing.find((each) => each.kind === kind)
    return (nth: number) =>
      found !== undefined && nth % found.every === found.every - 1 ? found.fault : null
  }
  const stt = createDelayedStt({
    name,
    finalAfterMs: o.finalAfterMs,
    nextLine: () => line,
    faults: faultsOf('stt'),
  })
  const cut = failing.find((each) => each.kind === 'tts')?.cut
  const voiceFaults = faultsOf('tts')
  let spoken = 0
  let cuts = 0
  // Only replies fail: what is said to everybody is prepared before a call.
  let speaksReply = false
  const voice = createDelayedVoice({
    name,
    firstByteMs: o.firstByteMs,
    ...o.speech,
    faults: () => (speaksReply ? voiceFaults(spoken++) : null),
    ...(cut === undefined ? {} : { faultAtMs: () => cut.fromMs + cuts++ * cut.stepMs }),
  })
  const tts: TextToSpeech = {
    ...voice,
    synthesize(sentence, asked) {
      speaksReply = o.reply.includes(sentence)
      return voice.synthesize(sentence, asked)
    },
  }
  const dialogue = createDelayedDialogue({
    name,
    firstTokenMs: o.firstTokenMs,
    speculative: o.speculative,
    reply: () => [{ type: 'say', text: o.reply }],
    faults: faultsOf('dialogue'),
  })
  return { stt: watchStt(stt), tts, dialogue: watchDialogue(dialogue) }
}

function watch(signal: AbortSignal): void {
  if (signal.aborted) return
  signals.add(signal)
  signal.addEventListener('abort', () => signals.delete(signal), { once: true })
}

function watchStt(stt: SpeechToText): SpeechToText {
  return {
    ...stt,
    open(asked) {
      watch(asked.signal)
      return stt.open(asked)
    },
  }
}

function watchDialogue(dialogue: Dialogue): Dialogue {
  return {
    ...dialogue,
    open(call, asked) {
      watch(asked.signal)
      return dialogue.open(call, asked)
    },
  }
}

function whatIsOpen(): Open {
  globalThis.gc?.()
  const resources: { [kind: string]: number } = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  const { heapUsed, external } = process.memoryUsage()
  const listeners = [...signals].map((signal) => getEventListeners(signal, 'abort').length)
  return {
    resources,
    listeners: Math.max(0, ...listeners),
    bytes: heapUsed + external,
    warnings,
    calls: daemons.reduce((sum, daemon) => sum + (daemon?.snapshot().calls.length ?? 0), 0),
  }
}
