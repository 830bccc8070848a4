export type Entry = { name: string; content?: string; type?: string; link?: string }

/** A tar archive, as GNU tar would write it. */
export function tarOf(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1_024)])
}

function blocksOf(entry: Entry): Buffer[] {
  const { name, content = '' } = entry
  if (Buffer.byteLength(name) <= 100) return [headerOf(entry), padded(content)]
  const long = { name: '././@LongLink', type: 'L', content: `${name}\0` }
  return [...blocksOf(long), headerOf({ ...entry, name: name.slice(0, 100) }), padded(content)]
}

function padded(content: string): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}

function headerOf({ name, content = '', type = '0', link = '' }: Entry): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write(link, 157, 100)
  header.write('ustar\0', 257)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
