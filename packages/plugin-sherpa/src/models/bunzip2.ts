import { ConfigError } from '@portaria/core/plugin'

const blockMagic = 0x314159265359
const endMagic = 0x177245385090
/** Symbols are coded in groups of so many. */
const groupSize = 50
const longestCode = 20

/**
 * Unpacks bzip2, in which the models of sherpa-onnx are published and which Node does not know. Block by block, each of
 * at most 900 kB, checked by its CRC. `read` fills a buffer and says how many bytes it got; 0 at the end.
 * Format: https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
 */
export function* bunzip2(read: (into: Uint8Array) => number): Generator<Uint8Array> {
  const bits = createBits(read)
  do {
    if (bits.take(16) !== 0x425a || bits.take(8) !== 0x68) throw damaged('it does not begin as one')
    const level = bits.take(8) - 0x30
    if (level < 1 || level > 9) throw damaged('its block size is none')
    const longestBlock = level * 100_000
    for (;;) {
      const magic = bits.take(24) * 0x1000000 + bits.take(24)
      if (magic === endMagic) break
      if (magic !== blockMagic) throw damaged('a block is not where it should be')
      yield readBlock(bits, longestBlock)
    }
    bits.take(32)
    bits.align()
  } while (!bits.ended())
}

function damaged(why: string): Error {
  return new ConfigError(`the archive is damaged: it is no bzip2 file (${why}). Pull it again`)
}

type Bits = {
  /** The next bits, at most 32, as a number. */
  take(count: number): number
  align(): void
  ended(): boolean
}

function createBits(read: (into: Uint8Array) => number): Bits {
  const buffer = new Uint8Array(65_536)
  let length = 0
  let at = 0
  let held = 0
  let heldBits = 0
  const fill = (): boolean => {
    if (at < length) return true
    length = read(buffer)
    at = 0
    return length > 0
  }
  const takeFew = (count: number): number => {
    while (heldBits < count) {
      if (!fill()) throw damaged('it ends too soon')
      held = ((held << 8) | (buffer[at++] ?? 0)) & 0xffffff
      heldBits += 8
    }
    heldBits -= count
    return (held >>> heldBits) & ((1 << count) - 1)
  }
  return {
    take: (count) =>
      count <= 16 ? takeFew(count) : takeFew(16) * 2 ** (count - 16) + takeFew(count - 16),
    align: () => void (heldBits -= heldBits % 8),
    ended: () => heldBits === 0 && !fill(),
  }
}

/** One Huffman code, canonical: for each length the first code, and where its symbols begin. */
type Code = { readonly counts: Uint16Array; readonly symbols: Uint16Array }

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(longestCode + 1)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  const order = lengths.map((length, symbol) => ({ length, symbol }))
  order.sort((a, b) => a.length - b.length || a.symbol - b.symbol)
  return { counts, symbols: Uint16Array.from(order, ({ symbol }) => symbol) }
}

function nextSymbol(bits: Bits, { counts, symbols }: Code): number {
  let code = 0
  let first = 0
  let index = 0
  for (let length = 1; length <= longestCode; length++) {
    code = code * 2 + bits.take(1)
    const count = counts[length] ?? 0
    if (code - first < count) return symbols[index + code - first] ?? 0
    index += count
    first = (first + count) * 2
  }
  throw damaged('a code is none')
}

function readBlock(bits: Bits, longestBlock: number): Uint8Array {
  const crc = bits.take(32)
  if (bits.take(1) === 1) throw damaged('its blocks are randomised')
  const origin = bits.take(24)
  const alphabet = readAlphabet(bits)
  const endOfBlock = alphabet.length + 1
  const codeCount = bits.take(3)
  const selectors = readSelectors(bits, codeCount)
  const codes = Array.from({ length: codeCount }, () => readCode(bits, endOfBlock + 1))
  if (codeCount < 2 || alphabet.length === 0) throw damaged('a block has no symbols')

  const block = new Uint8Array(longestBlock)
  let length = 0
  let run = 0
  let runStep = 1
  const flushRun = (): void => {
    if (run === 0) return
    if (length + run > longestBlock) throw damaged('a block is too long')
    block.fill(alphabet[0] ?? 0, length, length + run)
    length += run
    run = 0
    runStep = 1
  }
  for (let index = 0; ; index++) {
    const code = codes[selectors[Math.floor(index / groupSize)] ?? codeCount]
    if (code === undefined) throw damaged('a code is missing')
    const symbol = nextSymbol(bits, code)
    if (symbol <= 1) {
      run += runStep << symbol
      runStep *= 2
      if (run > longestBlock) throw damaged('a block is too long')
      continue
    }
    flushRun()
    if (symbol === endOfBlock) break
    const [moved = 0] = alphabet.splice(symbol - 1, 1)
    alphabet.unshift(moved)
    if (length >= longestBlock) throw damaged('a block is too long')
    block[length++] = moved
  }
  if (length === 0 || origin >= length) throw damaged('a block begins nowhere')
  const unpacked = expandRuns(unsort(block.subarray(0, length), origin))
  if (crcOf(unpacked) !== crc) throw damaged('a checksum is wrong')
  return unpacked
}

function readAlphabet(bits: Bits): number[] {
  const ranges = bits.take(16)
  const alphabet: number[] = []
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >>> range)) === 0) continue
    const used = bits.take(16)
    for (let n = 0; n < 16; n++) if ((used & (0x8000 >>> n)) !== 0) alphabet.push(range * 16 + n)
  }
  return alphabet
}

function readSelectors(bits: Bits, codeCount: number): number[] {
  const count = bits.take(15)
  const recent = Array.from({ length: codeCount }, (_, n) => n)
  return Array.from({ length: count }, () => {
    let place = 0
    while (bits.take(1) === 1) if (++place >= codeCount) throw damaged('a selector is none')
    const [selector = 0] = recent.splice(place, 1)
    recent.unshift(selector)
    return selector
  })
}

function readCode(bits: Bits, symbols: number): Code {
  let length = bits.take(5)
  return codeOf(
    Array.from({ length: symbols }, () => {
      while (bits.take(1) === 1) length += bits.take(1) === 1 ? -1 : 1
      if (length < 1 || length > longestCode) throw damaged('a code is too long')
      return length
    }),
  )
}

/** The Burrows-Wheeler transform, undone. */
function unsort(sorted: Uint8Array, origin: number): Uint8Array {
  const counts = new Uint32Array(256)
  for (const byte of sorted) counts[byte] = (counts[byte] ?? 0) + 1
  const starts = new Uint32Array(256)
  for (let byte = 1; byte < 256; byte++)
    starts[byte] = (starts[byte - 1] ?? 0) + (counts[byte - 1] ?? 0)
  const next = new Uint32Array(sorted.length)
  for (let at = 0; at < sorted.length; at++) {
    const byte = sorted[at] ?? 0
    const place = starts[byte] ?? 0
    starts[byte] = place + 1
    next[place] = at
  }
  const original = new Uint8Array(sorted.length)
  let at = next[origin] ?? 0
  for (let n = 0; n < original.length; n++) {
    original[n] = sorted[at] ?? 0
    at = next[at] ?? 0
  }
  return original
}

/** Four equal bytes are followed by how many more there are. */
function expandRuns(packed: Uint8Array): Uint8Array {
  const parts: Buffer[] = []
  let from = 0
  let equal = 0
  for (let at = 0; at < packed.length; at++) {
    equal = at > from && packed[at] === packed[at - 1] ? equal + 1 : 1
    if (equal < 4) continue
    parts.push(Buffer.from(packed.subarray(from, at + 1)))
    parts.push(Buffer.alloc(packed[at + 1] ?? 0, packed[at]))
    from = at + 2
    at += 1
    equal = 0
  }
  parts.push(Buffer.from(packed.subarray(from)))
  return Buffer.concat(parts)
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  return crc >>> 0
})

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = ((crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] ?? 0)) | 0
  return ~crc >>> 0
}
