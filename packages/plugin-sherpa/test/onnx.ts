/** Writes small ONNX files: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, as protobuf's wire format. */

export type Tensor = { name: string; type: 'float' | 'int64'; shape: readonly (number | string)[] }
export type Node = {
  op: string
  inputs: readonly string[]
  outputs: readonly string[]
  /** Integers only. */
  attributes?: Readonly<Record<string, number | readonly number[]>>
}
export type Graph = {
  nodes: readonly Node[]
  inputs: readonly Tensor[]
  outputs: readonly Tensor[]
  constants?: Readonly<Record<string, { shape: readonly number[]; values: readonly number[] }>>
  metadata: Readonly<Record<string, string | number>>
}

const elementTypes = { float: 1, int64: 7 } as const

export function onnxOf(graph: Graph): Buffer {
  const body = Buffer.concat([
    ...graph.nodes.map((node) => field(1, nodeOf(node))),
    text(2, 'toy'),
    ...Object.entries(graph.constants ?? {}).map(([name, { shape, values }]) => {
      const raw = Buffer.from(Float32Array.from(values).buffer)
      return field(5, ...shape.map((n) => number(1, n)), number(2, 1), text(8, name), field(9, raw))
    }),
    ...graph.inputs.map((tensor) => field(11, valueOf(tensor))),
    ...graph.outputs.map((tensor) => field(12, valueOf(tensor))),
  ])
  const metadata = Object.entries(graph.metadata).map(([key, value]) =>
    field(14, text(1, key), text(2, String(value))),
  )
  return Buffer.concat([number(1, 8), field(8, number(2, 13)), field(7, body), ...metadata])
}

function nodeOf({ op, inputs, outputs, attributes = {} }: Node): Buffer {
  const given = Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number'
      ? field(5, text(1, name), number(3, value), number(20, 2))
      : field(5, text(1, name), ...value.map((n) => number(8, n)), number(20, 7)),
  )
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...given,
  ])
}

function valueOf({ name, type, shape }: Tensor): Buffer {
  const sizes = shape.map((size) =>
    field(1, typeof size === 'number' ? number(1, size) : text(2, size)),
  )
  const tensor = field(1, number(1, elementTypes[type]), field(2, ...sizes))
  return Buffer.concat([text(1, name), field(2, tensor)])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const more = rest > 0x7fn
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}

function number(id: number, value: number): Buffer {
  return Buffer.concat([varint(id << 3), varint(value)])
}

function field(id: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([varint((id << 3) | 2), varint(body.length), body])
}

function text(id: number, value: string): Buffer {
  return field(id, Buffer.from(value))
}
