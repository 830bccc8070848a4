export type SynthesisFault =
  'silent' | 'never-ends' | 'drop' | 'hang' | 'garbage' | 'near-silence' | 'nothing'

/** What the service was asked to say. */
export type Synthesis = {
  readonly ssml: string
  readonly text: string
  readonly voice: string
  readonly format: string
}

const msPerCharacter = 60
const toneHz = 220

/** Reads SSML as the service does; null when it would close the connection for it. */
export function readSsml(ssml: string): { text: string; voice: string } | null {
  // oxlint-disable-next-line no-control-regex -- what XML 1.0 forbids
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u.test(ssml)) return null
  const open: string[] = []
  const rest = ssml.replace(
    /<(\/?)([a-z:-]+)((?:\s+[a-z:]+=(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/giu,
    tag,
  )
  function tag(
    _: string,
    closes: string,
    name: string,
    _attributes: string,
    empty: string,
  ): string {
    if (closes === '') {
      if (empty === '') open.push(name)
    } else if (open.pop() !== name) open.push('wrong')
    return ''
  }
  const entity = /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/u
  if (open.length > 0 || /[<>]/u.test(rest) || entity.test(rest) || !ssml.startsWith('<speak')) {
    return null
  }
  const voice = /<voice\s+name=["']([^"']+)["']/u.exec(ssml)?.[1] ?? ''
  const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  const text = rest.replace(/&(lt|gt|quot|apos|amp);/gu, (_, name: string) => signs[name] ?? '')
  return { text, voice }
}

/** A tone as long as the text, in blocks of 100 ms; `peak` in units of 16 bits. */
export function* toneFor(text: string, o: { rate: number; peak: number }): Generator<Buffer> {
  const total = Math.ceil((text.length * msPerCharacter * o.rate) / 1000)
  const size = o.rate / 10
  for (let from = 0; from < total; from += size) {
    const samples = Math.min(size, total - from)
    const block = Buffer.alloc(samples * 2)
    for (let i = 0; i < samples; i++) {
      const turn = (2 * Math.PI * toneHz * (from + i)) / o.rate
      block.writeInt16LE(Math.round(o.peak * Math.sin(turn)), i * 2)
    }
    yield block
  }
}
