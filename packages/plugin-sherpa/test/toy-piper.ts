import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onnxOf } from './onnx.ts'

const sampleRateHz = 22_050
/** 250 ms for each sentence, whatever it is. */
const length = sampleRateHz / 4

/** A Piper voice small enough to be written here: it reads text with eSpeak NG, as all do, and says a tone. */
export function writeToyPiper(folder: string): void {
  const tone = Array.from({ length }, (_, i) => 0.3 * Math.sin(i / 10))
  const voice = onnxOf({
    nodes: [
      { op: 'Cast', inputs: ['input'], outputs: ['f'], attributes: { to: 1 } },
      {
        op: 'ReduceMean',
        inputs: ['f'],
        outputs: ['m'],
        attributes: { axes: [0, 1], keepdims: 0 },
      },
      { op: 'Mul', inputs: ['m', 'zero'], outputs: ['z'] },
      { op: 'Add', inputs: ['tone', 'z'], outputs: ['output'] },
    ],
    constants: {
      tone: { shape: [1, 1, tone.length], values: tone },
      zero: { shape: [1], values: [0] },
    },
    inputs: [
      { name: 'input', type: 'int64', shape: [1, 'T'] },
      { name: 'input_lengths', type: 'int64', shape: [1] },
      { name: 'scales', type: 'float', shape: [3] },
    ],
    outputs: [{ name: 'output', type: 'float', shape: [1, 1, tone.length] }],
    metadata: {
      sample_rate: sampleRateHz,
      n_speakers: 1,
      language: 'Portuguese',
      voice: 'pt-br',
      comment: 'piper',
      has_espeak: 1,
    },
  })
  writeFileSync(join(folder, 'toy.onnx'), voice)
  const symbols = "_^$ !'(),-.:;?abcdefghijklmnopqrstuvwxyz".split('')
  writeFileSync(join(folder, 'tokens.txt'), symbols.map((symbol, n) => `${symbol} ${n}\n`).join(''))
  writeEspeakData(folder)
}

/** The data of eSpeak NG, which the package has in one file: what pt-BR needs of it. */
function writeEspeakData(folder: string): void {
  const module = fileURLToPath(import.meta.resolve('@echogarden/espeak-ng-emscripten'))
  const data = readFileSync(join(dirname(module), 'espeak-ng.data'))
  const files = /filename:"\/usr\/share\/(espeak-ng-data\/[^"]+)",start:(\d+),end:(\d+)/gu
  for (const [, name = '', start, end] of readFileSync(module, 'utf8').matchAll(files)) {
    if (name.endsWith('_dict') && !/\/(?:pt|en)_dict$/u.test(name)) continue
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, data.subarray(Number(start), Number(end)))
  }
}
