import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownFolder, runPortaria } from './run-portaria.ts'

const sounds = join(import.meta.dirname, '../../audio')

type Document = { files: { file: string; duration_ms: number; turns: unknown[] }[] }

describe('portaria turns', () => {
  it('prints one document for several recordings', async () => {
    const files = ['000-clean.wav', 'none-silence.wav'].map((name) => join(sounds, name))
    const { code, stdout } = await runPortaria(['turns', ...files, '--json'], { cwd: sounds })
    expect(code).toBe(0)
    const document = JSON.parse(stdout) as Document
    expect(document.files.map(({ file }) => file)).toEqual(files)
    expect(document.files.map(({ turns }) => turns.length)).toEqual([1, 0])
    expect(document.files[0]).toMatchObject({ duration_ms: 3361 })
  })

  it('ends turns sooner when less silence is asked for', async () => {
    const file = join(sounds, 'pause-800.wav')
    const count = async (silence: string): Promise<number | undefined> => {
      const { stdout } = await runPortaria(['turns', file, '--json', '--silence', silence], {
        cwd: sounds,
      })
      return (JSON.parse(stdout) as Document).files[0]?.turns.length
    }
    expect(await count('1500')).toBe(1)
    expect(await count('500')).toBe(2)
  })

  it('shows a person where speech was', async () => {
    const { stdout } = await runPortaria(['turns', '000-clean.wav'], { cwd: sounds })
    expect(stdout).toMatch(/^000-clean.wav: 3361 ms, 1 turn\(s\)\n {2}speech \d+ to \d+ ms/)
  })

  it('refuses what is no recording, naming the file and the remedy', async () => {
    await using folder = await ownFolder()
    await writeFile(join(folder.path, 'text.wav'), 'not a sound')
    const { code, stdout, stderr } = await runPortaria(['turns', 'text.wav'], { cwd: folder.path })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/text\.wav: .*sox/s)
  })
})
