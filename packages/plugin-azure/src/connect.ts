import { SpeechConfig } from 'microsoft-cognitiveservices-speech-sdk'
import adapter from 'microsoft-cognitiveservices-speech-sdk/distrib/lib/src/common.browser/WebsocketMessageAdapter.js'
import type { AzureOptions } from './options.ts'

/** Where the service is, and who asks. */
export function speechConfig(o: AzureOptions, kind: 'stt' | 'tts'): SpeechConfig {
  // Node's own WebSocket hides the status of a refused connection: 401 and 429 would look like a lost network.
  adapter.WebsocketMessageAdapter.forceNpmWebSocket = true
  const host = (kind === 'stt' ? o.sttHost : o.ttsHost) ?? o.host
  const config =
    host === undefined
      ? SpeechConfig.fromSubscription(o.key ?? '', o.region ?? '')
      : SpeechConfig.fromHost(new URL(host), o.key)
  // One try: who asks decides whether to ask again.
  config.setProperty('SPEECH-Error-MaxRetryCount', '0')
  return config
}
