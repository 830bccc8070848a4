/** A child with an engine that does as a script says: the protocol and the process are real, the model is not. */
import { type Engine, type ListenEvents, serveEngine } from '../src/serve-engine.ts'
import { type Script, scriptOf } from './script.ts'

/** Quieter than this is no speech. */
const audiblePeak = 300
const rate = 16_000

serveEngine(async (config) => {
  const script = scriptOf(config)
  if (script.fault === 'unfit') throw new Error('it was told to be unfit')
  if (script.fault === 'abort at load') process.abort()
  if (script.fault === 'hang at load') for (;;);
  return await Promise.resolve(engineOf(script))
})

function engineOf(script: Script): Engine {
  return {
    speakers: 2,
    rate,
    listen: (o) => {
      // sherpa-onnx also prints hints that it cannot use.
      process.stderr.write(`cannot encode: ${o.hints.join()}\n`)
      if (script.hintsAsText === true) script.say = o.hints.join('|')
      return listening(script, o)
    },
    async speak({ text, speaker }, sound, signal) {
      if (script.fault === 'abort in a sentence') process.abort()
      if (script.fault === 'silent') await new Promise(() => undefined)
      if (script.fault === 'fail') throw new Error('the model failed')
      for (let word = 0; word < text.split(' ').length && !signal.aborted; word++) {
        sound(new Int16Array(rate / 8).fill(5_000 + speaker))
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

function listening(script: Script, { heard, taken, failed }: ListenEvents) {
  let audible = 0
  return {
    write(samples: Int16Array) {
      if (script.fault === 'abort in a turn') process.abort()
      if (script.fault === 'hang in a turn') for (;;);
      if (script.fault !== 'slow') taken(samples.byteLength)
      if (samples.every((sample) => Math.abs(sample) < audiblePeak)) return
      audible += 1
      const words = script.say.split(' ').slice(0, audible)
      heard({ type: 'partial', text: words.join(' ') })
    },
    end() {
      if (script.fault === 'never ends') return
      if (script.fault === 'fail') return failed(new Error('the model failed'))
      if (audible > 0) heard({ type: 'final', text: script.say })
      heard({ type: 'done' })
    },
    drop() {},
  }
}
