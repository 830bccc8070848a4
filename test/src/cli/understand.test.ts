import { describe, expect, it } from 'vitest'
import { ownFolder, runPortaria } from './run-portaria.ts'

async function understand(
  what: 'decision' | 'visit',
  input: string | Uint8Array,
  lang = 'pt-BR',
): Promise<unknown[]> {
  await using folder = await ownFolder()
  const args = ['understand', what, '--lang', lang]
  const { code, stdout, stderr } = await runPortaria(args, { cwd: folder.path, input })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => JSON.parse(line) as unknown)
}

describe('portaria understand', () => {
  it('answers every line with one decision, in order, empty ones too', async () => {
    const input = 'pode entrar\r\n\r\nnão autorizo\nquem é?\nalô'
    expect(await understand('decision', input)).toEqual([
      { text: 'pode entrar', decision: 'authorize' },
      { text: '', decision: 'unclear' },
      { text: 'não autorizo', decision: 'deny' },
      { text: 'quem é?', decision: 'ask' },
      { text: 'alô', decision: 'unclear' },
    ])
  })

  it('speaks English and Spanish', async () => {
    expect(await understand('decision', "don't let him in\n", 'en')).toEqual([
      { text: "don't let him in", decision: 'deny' },
    ])
    expect(await understand('decision', 'que pase\n', 'es')).toEqual([
      { text: 'que pase', decision: 'authorize' },
    ])
  })

  it('never takes bytes that are no text for a yes', async () => {
    const answers = await understand('decision', new Uint8Array([0xff, 0xfe, 0x0a, 0xc3, 0x28]))
    expect(answers).toHaveLength(2)
    expect(answers.map((each) => (each as { decision: string }).decision)).toEqual([
      'unclear',
      'unclear',
    ])
  })

  it('tells the facts of a visit, and leaves out what was not said', async () => {
    expect(await understand('visit', 'entrega pro apê 12 bloco B\nbom dia\n')).toEqual([
      {
        text: 'entrega pro apê 12 bloco B',
        facts: { intent_type: 'entrega', apartment_number: '12', block: 'B' },
      },
      { text: 'bom dia', facts: {} },
    ])
  })

  it('answers every one of 10,000 lines, in order', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `linha ${i}`)
    const answers = await understand('decision', `${lines.join('\n')}\n`)
    expect(answers.map((each) => (each as { text: string }).text)).toEqual(lines)
  })
})
