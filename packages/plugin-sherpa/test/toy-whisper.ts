import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onnxOf, type Tensor } from './onnx.ts'

/** Numbers of tokens: languages, then one word for each, then the end. */
const languages = ['pt', 'en'] as const
const endOfText = 5
const size = 6

/** A Whisper small enough to be written here: it says one word, whatever it hears, and that in the turn's language. */
export function writeToyWhisper(folder: string, words: { pt: string; en: string }): void {
  const tensor = (name: string, ...shape: (number | string)[]): Tensor => ({
    name,
    type: 'float',
    shape,
  })
  const encoder = onnxOf({
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['mel'],
        outputs: ['mean'],
        attributes: { axes: [1, 2], keepdims: 1 },
      },
      { op: 'Mul', inputs: ['mean', 'one'], outputs: ['k'] },
      { op: 'Identity', inputs: ['k'], outputs: ['v'] },
    ],
    constants: { one: { shape: [1, 1, 1, 1], values: [1] } },
    inputs: [tensor('mel', 1, 80, 'T')],
    outputs: [tensor('k', 1, 1, 1, 1), tensor('v', 1, 1, 1, 1)],
    metadata: {
      n_mels: 80,
      n_text_layer: 1,
      n_text_ctx: 32,
      n_text_state: 1,
      n_vocab: size,
      sot: 50,
      eot: endOfText,
      blank_id: 0,
      translate: 70,
      transcribe: 60,
      is_multilingual: 1,
      no_timestamps: 61,
      no_speech: 62,
      sot_sequence: '50,1,60',
      all_language_tokens: languages.map((_, n) => n + 1).join(','),
      all_language_codes: languages.join(','),
    },
  })
  // A language is followed by its word, which is two further; a word by the end, which is the last.
  const decoder = onnxOf({
    nodes: [
      { op: 'Cast', inputs: ['tokens'], outputs: ['f'], attributes: { to: 1 } },
      {
        op: 'ReduceMin',
        inputs: ['f'],
        outputs: ['least'],
        attributes: { axes: [1], keepdims: 1 },
      },
      { op: 'Sub', inputs: ['before', 'least'], outputs: ['away'] },
      { op: 'Abs', inputs: ['away'], outputs: ['distance'] },
      { op: 'Neg', inputs: ['distance'], outputs: ['logits'] },
      { op: 'Identity', inputs: ['self_k'], outputs: ['self_k2'] },
      { op: 'Identity', inputs: ['self_v'], outputs: ['self_v2'] },
    ],
    constants: {
      before: { shape: [1, 1, size], values: Array.from({ length: size }, (_, n) => n - 2) },
    },
    inputs: [
      { name: 'tokens', type: 'int64', shape: [1, 'n'] },
      tensor('self_k', 1, 1, 32, 1),
      tensor('self_v', 1, 1, 32, 1),
      tensor('cross_k', 1, 1, 1, 1),
      tensor('cross_v', 1, 1, 1, 1),
      { name: 'offset', type: 'int64', shape: [1] },
    ],
    outputs: [
      tensor('logits', 1, 1, size),
      tensor('self_k2', 1, 1, 32, 1),
      tensor('self_v2', 1, 1, 32, 1),
    ],
    metadata: {},
  })
  writeFileSync(join(folder, 'toy-encoder.onnx'), encoder)
  writeFileSync(join(folder, 'toy-decoder.onnx'), decoder)
  const tokens = ['', '', '', ` ${words.pt}`, ` ${words.en}`]
  const lines = tokens.map(
    (token, n) => `${Buffer.from(token || `<${n}>`).toString('base64')} ${n}\n`,
  )
  writeFileSync(join(folder, 'toy-tokens.txt'), lines.join(''))
}
