import { orAbort } from './abortable.ts'
import type { Condominium } from './call/call-deps.ts'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'
import { fixedPhrases, phrasesIn } from './phrases/phrases.ts'
import type { Dialogue } from './providers/dialogue.ts'
import type { VoiceBox } from './speech/voice-box.ts'

/** Condomínios whose greeting is ready before the first call; with more, the rest follows while calls come in. */
const greetedAtOnce = 20
/** A voice that is slower than this does not keep the door shut: calls are answered, greetings follow. */
const longestWaitMs = 3_000

type WarmVoices = {
  voiceBox: VoiceBox
  condominiums: readonly Condominium[]
  dialogue: Dialogue
  canHear: boolean
  signal: AbortSignal
  log: Log
}

/** Resolves when greetings are ready; everything else that can be known before a call follows in the background. */
export async function warmVoices(o: WarmVoices): Promise<void> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(new Error('too slow')), longestWaitMs)
  try {
    await orAbort(greetingsOf(o), waiting.signal)
  } catch (error) {
    o.log.warn(
      { error: messageOf(error) },
      'greetings are not ready yet: the first one may be late',
    )
  } finally {
    clearTimeout(timer)
  }
  void warmTheRest(o).catch((error: unknown) => {
    if (!o.signal.aborted) o.log.error({ error: messageOf(error) }, 'phrases could not be prepared')
  })
}

async function greetingsOf(o: WarmVoices): Promise<void> {
  for (const condominium of o.condominiums.slice(0, greetedAtOnce)) {
    await warm(o, condominium, greetingOf(o, condominium))
  }
}

async function warmTheRest(o: WarmVoices): Promise<void> {
  for (const condominium of o.condominiums) {
    const own = o.dialogue.phrases?.(condominium.language) ?? []
    const core = fixedPhrases(condominium.language, condominium.name)
    await warm(o, condominium, [...greetingOf(o, condominium), ...core, ...own])
  }
  o.log.debug({ ...o.voiceBox.cached }, 'phrases are ready')
}

function greetingOf(o: WarmVoices, condominium: Condominium): string[] {
  const phrases = phrasesIn(condominium.language)
  const greeting = condominium.greeting ?? phrases.greeting(condominium.name)
  return [greeting, o.canHear ? phrases.askByVoice : phrases.askByKeypad]
}

function warm(o: WarmVoices, condominium: Condominium, texts: readonly string[]): Promise<void> {
  const { language, voice } = condominium
  return o.voiceBox.warm(texts, { rate: 8000, language, voice, signal: o.signal })
}
