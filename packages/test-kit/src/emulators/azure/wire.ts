/** A message of the service, as the SDK 1.52 speaks it: header lines, then a body; see the emulator's head. */
export type AzureMessage = {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export function readMessage(data: Buffer, isBinary: boolean): AzureMessage {
  if (isBinary) {
    const length = data.readUInt16BE(0)
    const headers = headersOf(data.toString('latin1', 2, 2 + length))
    return { headers, body: data.subarray(2 + length) }
  }
  const at = data.indexOf('\r\n\r\n')
  const end = at < 0 ? data.length : at
  return { headers: headersOf(data.toString('utf8', 0, end)), body: data.subarray(end + 4) }
}

export function textMessage(path: string, requestId: string, body: unknown): string {
  const type = 'application/json; charset=utf-8'
  const head = `X-RequestId:${requestId}\r\nPath:${path}\r\nContent-Type:${type}\r\n\r\n`
  return head + JSON.stringify(body)
}

export function audioMessage(requestId: string, streamId: string, pcm: Uint8Array): Buffer {
  const head = `X-RequestId:${requestId}\r\nX-StreamId:${streamId}\r\nPath:audio\r\n`
  const length = Buffer.alloc(2)
  length.writeUInt16BE(head.length)
  return Buffer.concat([length, Buffer.from(head, 'latin1'), pcm])
}

function headersOf(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const
    }),
  )
}
