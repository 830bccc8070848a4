import { buffer } from 'node:stream/consumers'
import { speechMs } from '../../speech-level.ts'
import { type AvrContainer, sendMessage, startContainer } from './container.ts'

export type AvrSttOptions = {
  /** What each sound with speech in it says, one after the other, and then the last for ever. */
  readonly said?: readonly string[]
  /** What is answered where there is no speech. Default '', as ElevenLabs; Gemini says `[No transcription]`. */
  readonly nothing?: string
}

export type AvrSound = { readonly rate: number; readonly bytes: number; readonly speechMs: number }

export interface AvrStt extends AvrContainer {
  readonly sounds: readonly AvrSound[]
}

/** A container that transcribes the sound of one phrase: what stands behind the bridge from ASR to STT. */
export async function startAvrStt(o: AvrSttOptions = {}): Promise<AvrStt> {
  const { said = ['apartamento 501'], nothing = '' } = o
  const sounds: AvrSound[] = []
  let phrases = 0
  const container = await startContainer({
    path: '/transcribe',
    async handle(request, response) {
      const pcm = await buffer(request)
      const rate = Number(request.headers['x-sample-rate'])
      const raw = request.headers['content-type'] === 'application/octet-stream'
      if (!raw || pcm.length === 0) return sendMessage(response, 400, 'Empty audio data received.')
      if (!(rate > 0)) return sendMessage(response, 400, 'Missing or invalid X-Sample-Rate header.')
      const heardMs = speechMs(pcm, rate)
      sounds.push({ rate, bytes: pcm.length, speechMs: heardMs })
      const transcription = heardMs === 0 ? nothing : said[Math.min(phrases++, said.length - 1)]
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ transcription }))
    },
  })
  return Object.assign(container, { sounds })
}
