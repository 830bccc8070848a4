/**
 * Cuts a stream of server-sent events that comes in pieces into the data of each event.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export interface EventParser {
  push(piece: string): string[]
  /** The last event, which counts although the specification wants an empty line after it: servers forget it. */
  end(): string[]
}

export function createEventParser(): EventParser {
  let line = ''
  let data: string[] = []
  let afterReturn = false

  function take(): string | null {
    const ended = line
    line = ''
    if (ended === '') {
      const event = data.length === 0 ? null : data.join('\n')
      data = []
      return event
    }
    const [, value] = /^data(?:: ?(.*))?$/su.exec(ended) ?? []
    if (ended === 'data' || value !== undefined) data.push(value ?? '')
    return null
  }

  return {
    push(piece) {
      const events: string[] = []
      // A line ends with \r\n, \n or \r; the two of the first may come apart.
      const text = afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece
      if (piece !== '') afterReturn = piece.endsWith('\r')
      const lines = text.split(/\r\n|\n|\r/u)
      for (const [at, each] of lines.entries()) {
        line += each
        if (at === lines.length - 1) break
        const event = take()
        if (event !== null) events.push(event)
      }
      return events
    },
    end() {
      // The first ends the line, the second the event.
      const events = [take(), take()]
      return events.filter((event) => event !== null)
    },
  }
}
