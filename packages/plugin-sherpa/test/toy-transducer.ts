import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onnxOf, type Tensor } from './onnx.ts'

/** Log energy of a mel band: above it is sound. */
const threshold = -13

const tensor = (name: string, ...shape: (number | string)[]): Tensor => ({
  name,
  type: 'float',
  shape,
})

/**
 * A transducer small enough to be written here: it says one word of `words` after the other, one for each
 * 40 ms of sound (not `live`: 10 ms), and nothing in silence.
 */
export function writeToyTransducer(
  folder: string,
  words: readonly string[],
  { live } = { live: true },
): void {
  const size = words.length + 1
  const indices = Array.from({ length: size }, (_, n) => n)
  // The last word that was said, as a number.
  const decoder = onnxOf({
    nodes: [
      { op: 'Cast', inputs: ['y'], outputs: ['f'], attributes: { to: 1 } },
      { op: 'MatMul', inputs: ['f', 'pick'], outputs: ['out'] },
    ],
    constants: { pick: { shape: [2, 1], values: [0, 1] } },
    inputs: [{ name: 'y', type: 'int64', shape: ['N', 2] }],
    outputs: [tensor('out', 'N', 1)],
    metadata: { vocab_size: size, context_size: 2 },
  })
  // The word after it, if there is sound; else the blank, which is 0.
  const joiner = onnxOf({
    nodes: [
      { op: 'Sub', inputs: ['next', 'last'], outputs: ['away'] },
      { op: 'Abs', inputs: ['away'], outputs: ['distance'] },
      { op: 'Mul', inputs: ['distance', 'far'], outputs: ['unfit'] },
      { op: 'Sub', inputs: ['energy', 'threshold'], outputs: ['loud'] },
      { op: 'Sub', inputs: ['loud', 'unfit'], outputs: ['fit'] },
      { op: 'Mul', inputs: ['fit', 'words'], outputs: ['logit'] },
    ],
    constants: {
      next: { shape: [1, size], values: indices.map((n) => n - 1) },
      far: { shape: [1], values: [1_000] },
      threshold: { shape: [1], values: [threshold] },
      words: { shape: [1, size], values: indices.map((n) => (n === 0 ? 0 : 1)) },
    },
    inputs: [tensor('energy', 'N', 1), tensor('last', 'N', 1)],
    outputs: [tensor('logit', 'N', size)],
    metadata: { joiner_dim: 1 },
  })
  writeFileSync(join(folder, 'encoder.onnx'), live ? streamingEncoder() : turnEncoder())
  writeFileSync(join(folder, 'decoder.onnx'), decoder)
  writeFileSync(join(folder, 'joiner.onnx'), joiner)
  const tokens = ['<blk>', ...words.map((word) => `▁${word}`)]
  writeFileSync(join(folder, 'tokens.txt'), tokens.map((token, n) => `${token} ${n}\n`).join(''))
}

/** sherpa-onnx takes it for one of the LSTM kind, which has the fewest states. */
function streamingEncoder(): Buffer {
  return onnxOf({
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['x'],
        outputs: ['out'],
        attributes: { axes: [1, 2], keepdims: 1 },
      },
      { op: 'Identity', inputs: ['h'], outputs: ['h2'] },
      { op: 'Identity', inputs: ['c'], outputs: ['c2'] },
    ],
    inputs: [tensor('x', 'N', 4, 80), tensor('h', 1, 'N', 1), tensor('c', 1, 'N', 1)],
    outputs: [tensor('out', 'N', 1, 1), tensor('h2', 1, 'N', 1), tensor('c2', 1, 'N', 1)],
    metadata: {
      model_type: 'lstm',
      num_encoder_layers: 1,
      T: 4,
      decode_chunk_len: 4,
      rnn_hidden_size: 1,
      d_model: 1,
    },
  })
}

function turnEncoder(): Buffer {
  return onnxOf({
    nodes: [
      { op: 'ReduceMean', inputs: ['x'], outputs: ['out'], attributes: { axes: [2], keepdims: 1 } },
      { op: 'Identity', inputs: ['lengths'], outputs: ['lengths2'] },
    ],
    inputs: [tensor('x', 'N', 'T', 80), { name: 'lengths', type: 'int64', shape: ['N'] }],
    outputs: [tensor('out', 'N', 'T', 1), { name: 'lengths2', type: 'int64', shape: ['N'] }],
    metadata: {},
  })
}
