import { levelDb } from '@portaria/core/audio/pcm'
import { resample } from '@portaria/core/audio/resample'
import type { SpeechToText, TextToSpeech } from '@portaria/core/plugin'
import { createDelayedStt } from '@portaria/test-kit/delayed-providers'
import { createEchoRoom } from '@portaria/test-kit/echo-room'
import { callIn, type Phone } from '@portaria/test-kit/phone'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startOfflineVoice } from '../support/offline-voice.ts'
import { speechOf } from '../support/sounds.ts'
import { type Gate, startGate } from '../support/start-gate.ts'

type Rate = 8000 | 16_000

/** The offline voice speaks at -20 dBFS. */
const voiceDb = -20
const lossDb = 20

const longGreeting =
  'Olá, aqui é a portaria do condomínio, que fica aberta de dia e de noite, também aos domingos, ' +
  'e que recebe visitas, entregas e prestadores de serviço na entrada da frente'

/** A phone on speaker: what it plays comes back, on a line that hisses. */
function speakerphone(port: number, o: { rate: Rate; uuid?: string }): Promise<Phone> {
  const room = createEchoRoom({ rate: o.rate, lossDb, delayMs: 150, noiseDb: -60 })
  return callIn({ port, room, ...o })
}

/** A recogniser that understands everything that it is given, and remembers how often it was given something. */
function eagerStt(): { stt: SpeechToText; turns: () => number } {
  let turns = 0
  const stt = createDelayedStt({ name: 'fakes', nextLine: () => 'sim', finalAfterMs: 0 })
  return {
    turns: () => turns,
    stt: {
      ...stt,
      async open(asked) {
        const opened = await stt.open(asked)
        return {
          ...opened,
          begin(turn, options) {
            turns += 1
            opened.begin(turn, options)
          },
        }
      },
    },
  }
}

function audibleFrames(phone: Phone): number {
  return phone.frames.filter(({ audible }) => audible).length
}

/** Speech of a person, so much above the echo. */
function sayingAboveEcho(db: number, rate: Rate): Int16Array {
  const speech = speechOf('002-clean')
  const gain = 10 ** ((voiceDb - lossDb + db - levelDb(speech)) / 20)
  const said = speech.map((sample) => sample * gain)
  return rate === 8000 ? said : resample(said, 8000, rate)
}

describe.concurrent('the echo of our own voice', { timeout: 120_000 }, () => {
  let offline: AsyncDisposable & { voice: TextToSpeech }
  beforeAll(async () => {
    offline = await startOfflineVoice()
  })
  afterAll(() => offline[Symbol.asyncDispose]())

  function gateWith(stt: SpeechToText, greeting?: string): Promise<Gate> {
    const condominiums = greeting === undefined ? {} : { 1: { greeting } }
    return startGate({ hears: [], condominiums, providers: { tts: offline.voice, stt } })
  }

  it.each([8000, 16_000] as const)(
    'is heard by nobody in a whole call at %i Hz: no onset, nothing interrupted, no answer counted',
    async (rate) => {
      const ears = eagerStt()
      await using gate = await gateWith(ears.stt)
      await using visitor = await speakerphone(gate.visitorPort, { rate })
      await gate.said('visitor', /posso ajudar/)
      await visitor.press('501#')
      await gate.state(visitor.uuid, 'ringing')
      await using resident = await speakerphone(gate.residentPort, { rate, uuid: visitor.uuid })
      await gate.said('resident', /Diga sim ou não/)
      await resident.quiet(300)
      expect(gate.daemon.call(visitor.uuid)?.decision).toBeNull()
      await resident.press('1')
      await visitor.closed
      await resident.closed
      expect(ears.turns()).toBe(0)
      const events = gate.daemon.events.since(0)
      expect(events.filter(({ type }) => type === 'heard')).toEqual([])
      const cut = events.filter((e) => e.type === 'said' && e.interrupted)
      expect(cut).toEqual([])
      expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({ outcome: 'authorized' })
      expect(audibleFrames(visitor)).toBeGreaterThan(200)
    },
  )

  it.each([8000, 16_000] as const)(
    'does not hide a visitor who speaks up 12 dB above it, at %i Hz',
    async (rate) => {
      const ears = eagerStt()
      await using gate = await gateWith(ears.stt, longGreeting)
      await using visitor = await speakerphone(gate.visitorPort, { rate })
      // By then the line has shown how much it loses.
      await vi.waitFor(() => expect(audibleFrames(visitor)).toBeGreaterThan(70), 20_000)
      expect(ears.turns()).toBe(0)
      await visitor.speak(sayingAboveEcho(12, rate))
      await gate.event((e) => e.type === 'heard' && e.role === 'visitor')
      await gate.event((e) => e.type === 'said' && e.interrupted)
    },
  )
})
