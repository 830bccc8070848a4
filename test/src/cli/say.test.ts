import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readWav } from '@portaria/core/audio/wav'
import { levelDb } from '@portaria/core/audio/pcm'
import { startAzureSpeech } from '@portaria/test-kit/emulators/azure-speech'
import { describe, expect, it } from 'vitest'
import { cleanEnv, launcher, ownFolder, runPortaria } from './run-portaria.ts'

type SaidDocument = { duration_ms: number; rate_hz: number; spoken_by: string[] }

// One after another: several offline voices that start at once on a slow machine would be too late for a call.
describe('portaria say', { timeout: 60_000 }, () => {
  it.each([8_000, 16_000, 24_000])('speaks into a file at %i Hz', async (rate) => {
    await using folder = await ownFolder()
    const args = [
      'say',
      'Bom dia. Para qual apartamento?',
      '--out',
      'a.wav',
      '--rate',
      String(rate),
    ]
    const ran = await runPortaria(args, { cwd: folder.path })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toMatch(/^a\.wav: \d\.\d s, spoken by espeak\n$/u)
    const sound = readWav(await readFile(join(folder.path, 'a.wav')))
    expect(sound.rate).toBe(rate)
    expect(sound.samples.length / rate).toBeGreaterThan(1)
    expect(levelDb(sound.samples)).toBeGreaterThan(-40)
  })

  it('writes a WAV file, and nothing else, to standard output', async () => {
    await using folder = await ownFolder()
    const child = spawn(launcher, ['say', 'Good morning', '--lang', 'en', '--out', '-'], {
      cwd: folder.path,
      env: cleanEnv(),
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    const [code] = (await once(child, 'close')) as [number]
    const bytes = Buffer.concat(chunks)
    expect(code).toBe(0)
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8)
    expect(readWav(bytes).samples.length).toBeGreaterThan(4_000)
  })

  it('gives voice, style and speed to the provider that is named, and to nobody else', async () => {
    await using azure = await startAzureSpeech()
    await using folder = await ownFolder()
    const plugins = { azure: { host: azure.host, key: azure.key } }
    await writeFile(join(folder.path, 'portaria.config.json'), JSON.stringify({ plugins }))
    const voice = ['--tts', 'azure', '--voice', 'pt-BR-FranciscaNeural', '--speed', '1.2']
    const args = ['say', 'Dona Ana & <Filhos> "Ltda"', '--out', 'a.wav', '--json', ...voice]
    const ran = await runPortaria(args, { cwd: folder.path })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ rate_hz: 8_000, spoken_by: ['azure'] })
    const [{ text, voice: name, ssml } = { text: '', voice: '', ssml: '' }] = azure.syntheses
    expect(text).toContain('Dona Ana & <Filhos>')
    expect(name).toBe('pt-BR-FranciscaNeural')
    expect(ssml).toMatch(/rate=/u)
  })

  it('says which voice speaks instead of one whose name means nothing to the provider', async () => {
    await using azure = await startAzureSpeech()
    await using folder = await ownFolder()
    const plugins = { azure: { host: azure.host, key: azure.key } }
    await writeFile(join(folder.path, 'portaria.config.json'), JSON.stringify({ plugins }))
    const args = ['say', 'Bom dia. Até logo.', '--out', 'a.wav', '--tts', 'azure', '--voice', 'f3']
    const { code, stderr } = await runPortaria(args, { cwd: folder.path })
    expect(code).toBe(0)
    const told = 'this is not the name of a voice of Azure (voice f3, spoken pt-BR-AntonioNeural)'
    expect(stderr).toBe(`portaria: ${told}\n`)
  })

  it('lets the next voice go on as on a call, and says why', async () => {
    await using azure = await startAzureSpeech()
    await using folder = await ownFolder()
    const config = { tts: ['azure', 'espeak'], plugins: { azure: { host: azure.host } } }
    await writeFile(join(folder.path, 'portaria.config.json'), JSON.stringify(config))
    const env = { AZURE_SPEECH_KEY: 'canary-key' }
    const args = ['say', 'Um instante', '--out', 'a.wav']
    const ran = await runPortaria([...args, '--json'], { cwd: folder.path, env })
    expect(ran.code).toBe(0)
    expect((JSON.parse(ran.stdout) as SaidDocument).spoken_by).toEqual(['espeak'])
    expect(ran.stderr).toMatch(/the next goes on: azure: the key was refused \(401\)/u)
    const alone = await runPortaria([...args, '--tts', 'azure'], { cwd: folder.path, env })
    expect(alone).toMatchObject({ code: 2, stdout: '' })
    expect(alone.stderr).toMatch(/401.*AZURE_SPEECH_KEY/u)
    expect(ran.stderr + alone.stderr).not.toContain('canary')
  })

  it('speaks 10,000 characters whole, with or without a space', async () => {
    await using folder = await ownFolder()
    const texts = { words: 'palavra '.repeat(1_250), letters: 'a'.repeat(10_000) }
    for (const [name, text] of Object.entries(texts)) {
      const args = ['say', text, '--out', `${name}.wav`, '--json']
      const ran = await runPortaria(args, { cwd: folder.path })
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      const said = JSON.parse(ran.stdout) as SaidDocument
      expect(said.duration_ms).toBeGreaterThan(120_000)
    }
  })

  it('is not upset by control characters, and lets none through to the terminal', async () => {
    await using folder = await ownFolder()
    const args = ['say', '\u001b[31mOlá\u0007\u202e', '--out', '\u001b[31m.wav']
    const ran = await runPortaria(args, { cwd: folder.path })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    expect(ran.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u)
  })

  it.each([
    ['', ['--out', 'a.wav'], /nothing to say/u],
    [' \n ', ['--out', 'a.wav'], /nothing to say/u],
    ['...', ['--out', 'a.wav'], /give words/u],
    ['oi', ['--out', 'none/a.wav'], /there is no none\. Choose another --out/u],
    ['oi', ['--out', 'folder'], /it is a folder/u],
    ['oi', ['--out', '/dev/full'], /no space left/u],
    ['oi', ['--out', '-', '--json'], /--json needs/u],
    ['oi', ['--out', 'a.wav', '--rate', '44000'], /8000, 11025/u],
    ['oi', ['--out', 'a.wav', '--speed', 'fast'], /--speed must be a number/u],
    ['oi', ['--out', 'a.wav', '--tts', 'rules'], /offers no tts/u],
    ['oi', ['--out', 'a.wav', '--tts', 'none'], /tts is none/u],
  ])('refuses %j with %j, and writes nothing', async (text, args, words) => {
    await using folder = await ownFolder()
    await mkdir(join(folder.path, 'folder'))
    const ran = await runPortaria(['say', text, ...args], { cwd: folder.path })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(words)
    expect(ran.stderr).not.toContain('fault of Portaria')
    expect(await readdir(folder.path)).not.toContain('a.wav')
  })
})
