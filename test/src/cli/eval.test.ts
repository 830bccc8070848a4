import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startAiServer } from '@portaria/test-kit/emulators/ai-server'
import { startAzureSpeech } from '@portaria/test-kit/emulators/azure-speech'
import { describe, expect, it, vi } from 'vitest'
import { cleanEnv, launcher, ownFolder, type Ran, runPortaria } from './run-portaria.ts'

type Right = { lines: number; right: number }
type Document = {
  lines: number
  bad_lines: { line: number; message: string }[]
  runs: {
    name: string
    summary: Right & {
      failed: number
      words: { errors: number; words: number; wer: number } | null
      facts: (Right & { fields: Record<string, Right> }) | null
      decision: (Right & { confusion: object; false_authorizations: number[] }) | null
      latency: Record<string, { count: number; p50: number; p90: number; p99: number } | null>
    }
    results: { line: number; right: boolean; text: string | null; error: string | null }[]
  }[]
  differences: { line: number }[]
}

const examples = join(import.meta.dirname, '../../../examples/eval')
const entrega = { text: 'entrega para o 501', expect: { facts: { apartment_number: '501' } } }

/** Runs `portaria eval` over these lines, or over a file. */
async function evaluate(
  lines: readonly (object | string)[] | string,
  o: { args?: readonly string[]; config?: object; env?: Record<string, string> } = {},
): Promise<Ran> {
  await using folder = await ownFolder()
  const { path } = folder
  await writeFile(join(path, 'portaria.config.json'), JSON.stringify(o.config ?? {}))
  let file = 'cases.jsonl'
  if (typeof lines === 'string') file = lines
  else {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    await writeFile(join(path, file), text.join('\n'))
  }
  const args = ['eval', file, ...(o.args ?? [])]
  return await runPortaria(args, { cwd: path, env: o.env ?? {} })
}

function documentOf({ stdout }: Ran): Document {
  return JSON.parse(stdout) as Document
}

const json = { args: ['--json'] }
const times: unknown = {
  count: expect.any(Number),
  p50: expect.any(Number),
  p90: expect.any(Number),
  p99: expect.any(Number),
}

describe.concurrent('portaria eval', { timeout: 90_000 }, () => {
  it('finds the facts of the examples by the rules', async () => {
    const ran = await evaluate(join(examples, 'visits.jsonl'), json)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const [run] = documentOf(ran).runs
    expect(run).toMatchObject({ name: 'rules', stt: null, dialogue: 'rules' })
    expect(run?.summary).toMatchObject({ lines: 8, right: 8, failed: 0, words: null })
    expect(run?.summary.facts?.fields['apartment_number']).toEqual({ lines: 8, right: 8 })
    expect(run?.summary.latency).toMatchObject({ ai_total_ms: times, stt_final_ms: null })
  })

  it('decides the examples by the rules of a call', async () => {
    const ran = await evaluate(join(examples, 'answers.jsonl'), json)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const { summary } = documentOf(ran).runs[0] ?? {}
    expect(summary?.decision).toEqual({
      lines: 12,
      right: 12,
      false_authorizations: [],
      confusion: {
        authorized: { authorized: 5, denied: 0, unclear: 0 },
        denied: { authorized: 0, denied: 4, unclear: 0 },
        unclear: { authorized: 0, denied: 0, unclear: 3 },
      },
    })
  })

  it('has the recordings of the examples recognised, and counts the words that are wrong', async () => {
    const said = [
      'bom dia, tenho uma entrega para o apartamento 501',
      'sou o Pedro, vim visitar Ana no 12',
      'pode entrar',
      'nao autorizo',
    ]
    await using azure = await startAzureSpeech({ said })
    const config = { stt: 'azure', plugins: { azure: { host: azure.host, key: azure.key } } }
    const ran = await evaluate(join(examples, 'spoken.jsonl'), { ...json, config })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const [run] = documentOf(ran).runs
    expect(run?.results.map(({ text }) => text)).toEqual(said)
    // 9 + 9 + 2 + 2 words, of which the second line lost "a"; accents do not count.
    expect(run?.summary.words).toMatchObject({ errors: 1, words: 22, wer: 0.0455 })
    expect(run?.summary).toMatchObject({ lines: 4, right: 3, facts: { right: 2 } })
    expect(run?.summary.latency).toMatchObject({
      stt_first_word_ms: times,
      stt_final_ms: times,
      stt_after_turn_ms: times,
    })
  })

  it('takes a yes that a recogniser doubts for no yes', async () => {
    await using azure = await startAzureSpeech({ said: ['pode entrar'], confidence: 0.2 })
    const config = { stt: 'azure', plugins: { azure: { host: azure.host, key: azure.key } } }
    const wav = join(examples, 'wav/pode-entrar.wav')
    const ran = await evaluate([{ wav, expect: { decision: 'unclear' } }], { ...json, config })
    expect(documentOf(ran).runs[0]?.summary).toMatchObject({ right: 1 })
  })

  it('compares two dialogues line by line', async () => {
    await using server = await startAiServer()
    const lines = [entrega, { ...entrega, text: 'é no quinhentos e um' }]
    const args = ['--compare', 'rules,ai-http']
    const env = { AI_API_URL: server.url }
    const ran = await evaluate(lines, { args: [...args, '--json'], env })
    expect(ran.code).toBe(0)
    const { runs, differences } = documentOf(ran)
    expect(runs.map(({ name, summary }) => [name, summary.right])).toEqual([
      ['rules', 2],
      ['ai-http', 1],
    ])
    expect(differences.map(({ line }) => line)).toContain(2)
    const { stdout } = await evaluate(lines, { args, env })
    expect(stdout).toMatch(/^ +rules +ai-http +difference$/mu)
    expect(stdout).toMatch(/^lines right +2\/2 +1\/2 +-1$/mu)
    expect(stdout).toMatch(/^line 2 {2}ai-http: "é no quinhentos e um"/mu)
  })

  it('names what is wrong with lines by their number, and runs the others', async () => {
    const text = 'oi'
    const lines = [
      '{"text": \u001b[31m',
      entrega,
      '',
      '[1]',
      { text, expect: {} },
      { text, wav: 'a.wav', expect: { facts: {} } },
      { text, expect: { fatos: {} } },
      { text, expect: { facts: { unit: '1' } } },
      { text, expect: { facts: { block: 7 } } },
      { text, expect: { decision: 'yes' } },
      { text, expect: { text: 'oi' } },
      { wav: 'none.wav', expect: { text: 'oi' } },
      { wav: 'portaria.config.json', expect: { text: 'oi' } },
      { text, expect: { facts: {} }, language: 'fr' },
      { text, expect: { facts: {} }, note: 1 },
    ]
    const ran = await evaluate(lines, json)
    expect(ran.code).toBe(1)
    const { bad_lines, runs } = documentOf(ran)
    expect(bad_lines.map(({ line }) => line)).toEqual([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    const messages = bad_lines.map(({ message }) => message).join('\n')
    const named = [
      'JSON',
      '"fatos"',
      '"unit"',
      'facts.block',
      'none.wav',
      'pt-BR, en, es',
      '"note"',
    ]
    expect(named.filter((words) => !messages.includes(words))).toEqual([])
    expect(runs[0]?.summary).toMatchObject({ lines: 1, right: 1 })
    const shown = await evaluate(lines)
    expect(shown.stdout).toMatch(/^line 4 is left out: is no JSON object/mu)
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    expect(shown.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u)
  })

  it('tells of lines on which a provider fails, and stops asking one that only fails', async () => {
    await using server = await startAiServer()
    server.misbehave({ type: 'status', status: 401 })
    const lines = Array.from({ length: 20 }, () => entrega)
    const env = { AI_API_URL: server.url }
    const ran = await evaluate(lines, { args: ['--ai', 'ai-http', '--json'], env })
    expect(ran.code).toBe(1)
    const [run] = documentOf(ran).runs
    expect(run?.summary).toMatchObject({ lines: 20, right: 0, failed: 20 })
    expect(run?.results.at(-1)?.error).toMatch(/^not tried: .*401/u)
    expect(server.asked).toHaveLength(5)
  })

  it('runs lines at once, and keeps their order', async () => {
    await using server = await startAiServer()
    const lines = Array.from({ length: 50 }, (_, n) => ({
      text: `apartamento ${n + 100}`,
      expect: { facts: { apartment_number: String(n + 100) } },
    }))
    const args = ['--ai', 'ai-http', '--at-once', '8', '--json']
    const ran = await evaluate(lines, { args, env: { AI_API_URL: server.url } })
    expect(ran.code).toBe(0)
    const { runs } = documentOf(ran)
    expect(runs[0]?.results.map(({ line }) => line)).toEqual(lines.map((_, n) => n + 1))
    expect(runs[0]?.summary.right).toBe(50)
  })

  it('says that nobody hears the recordings where nobody is chosen', async () => {
    const ran = await evaluate(join(examples, 'spoken.jsonl'))
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/^line 1 {2}failed: nobody recognises speech: .*--stt/mu)
  })

  it('makes a gate that would have been opened by mistake an error', async () => {
    const ran = await evaluate([{ text: 'pode entrar', expect: { decision: 'denied' } }], json)
    expect(ran.code).toBe(1)
    expect(documentOf(ran).runs[0]?.summary.decision?.false_authorizations).toEqual([1])
  })

  it.each([
    ['none.jsonl', [], /cannot read none\.jsonl/u],
    ['.', [], /is no file/u],
    [[''], [], /no line that can be used: it is empty/u],
    [['{'], [], /no line that can be used: line 1: is not JSON/u],
    [[entrega], ['--compare', 'rules'], /--compare takes two different names/u],
    [[entrega], ['--compare', 'a,b', '--kind', 'stt'], /no line holds a "wav"/u],
    [[entrega], ['--ai', 'no-such'], /npm install portaria-plugin-no-such/u],
    [[entrega], ['--at-once', '0'], /greater than or equal to 1/u],
  ])('refuses %j with %j, and says why', async (lines, args, words) => {
    const ran = await evaluate(lines, { args })
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toMatch(words)
  })

  it('ends at Ctrl-C', async () => {
    await using server = await startAiServer()
    server.misbehave({ type: 'hang' })
    await using folder = await ownFolder()
    const args = ['eval', join(examples, 'visits.jsonl'), '--ai', 'ai-http']
    const env = cleanEnv({ AI_API_URL: server.url })
    const child = spawn(launcher, args, { cwd: folder.path, env, stdio: 'ignore' })
    await vi.waitFor(() => expect(server.asked).toHaveLength(1), { timeout: 20_000 })
    child.kill('SIGINT')
    const [code] = (await once(child, 'close')) as [number]
    expect(code).toBe(130)
  })
})
