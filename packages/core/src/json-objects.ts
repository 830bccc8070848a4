/**
 * Cuts a text that comes in pieces into the JSON objects that it holds, each as soon as it is whole: one object over
 * many lines, an object a line (NDJSON), or one after the other.
 */
export interface ObjectScanner {
  /** The objects that are whole now. Throws at anything that is no object. */
  push(piece: string): string[]
  /** Throws when the text ended within an object. */
  end(): void
}

/** White space, commas, and the record separator of RFC 7464. */
const between = ' \t\r\n,\u001E'

/** Follows braces, and strings that may hold some, character by character; gives how deep it is after each. */
export function createDepthMeter(): (char: string) => number {
  let depth = 0
  let inString = false
  let escaped = false
  return (char) => {
    if (inString) {
      if (escaped) escaped = false
      else if (char === '\\') escaped = true
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{') depth += 1
    else if (char === '}') depth -= 1
    return depth
  }
}

/** `failure` makes the error that is thrown, out of words that quote nothing of the text. */
export function createObjectScanner(failure: (what: string) => Error): ObjectScanner {
  const depthAfter = createDepthMeter()
  let open = ''
  let depth = 0

  return {
    push(piece) {
      const whole: string[] = []
      let start = 0
      for (let at = 0; at < piece.length; at++) {
        const char = piece.charAt(at)
        if (depth === 0) {
          if (between.includes(char)) continue
          if (char !== '{') throw failure(notAnObject(char))
          start = at
        }
        depth = depthAfter(char)
        if (depth > 0) continue
        whole.push(open + piece.slice(start, at + 1))
        open = ''
      }
      if (depth > 0) open += piece.slice(start)
      return whole
    },
    end() {
      if (depth > 0) throw failure('the answer ended in the middle')
    },
  }
}

function notAnObject(first: string): string {
  return first === '<' ? 'the answer is a page, not JSON' : 'the answer is no JSON object'
}
