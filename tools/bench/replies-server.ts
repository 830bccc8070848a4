/** The daemon under test of `replies.ts`: providers that take 0 ms, so that only our own time counts. */
import { startDaemon } from '@portaria/core/daemon'
import { settingsFrom } from '@portaria/core/config/settings-from'
import { silentLog } from '@portaria/core/log'
import rules from '@portaria/plugin-rules'
import { pluginOf } from '@portaria/test-kit/plugin-of'
import { createScriptedStt } from '@portaria/test-kit/scripted-stt'
import { createToneVoice } from '@portaria/test-kit/tone-voice'

const [dataDir = '', calls = '100'] = process.argv.slice(2)
const lines = Array.from({ length: 20 }, () => 'bom dia')
const fakes = pluginOf('fakes', {
  tts: createToneVoice({ wordMs: 200 }),
  stt: createScriptedStt({ legs: Array.from({ length: (Number(calls) + 1) * 4 }, () => lines) }),
})
const { settings } = settingsFrom({ flags: { dataDir, ramais: 'file' }, env: {}, config: {} })
const daemon = await startDaemon({
  settings: {
    ...settings,
    api: { ...settings.api, port: 0 },
    tts: ['fakes'],
    stt: ['fakes'],
  },
  log: silentLog,
  version: 'bench',
  resolve: (name) => Promise.resolve({ default: name === 'rules' ? rules : fakes }),
})
process.send?.({ apiUrl: daemon.apiUrl })
process.on('message', () => {
  // One collection leaves what finalizers and ageing code hold; so much of it while idle that a call seems smaller.
  for (let time = 0; time < 4; time++) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ calls: daemon.snapshot().calls.length, bytes: heapUsed + external })
})
process.on('disconnect', () => void daemon[Symbol.asyncDispose]())
