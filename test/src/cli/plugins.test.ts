import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownFolder, type Ran, runPortaria } from './run-portaria.ts'

const plugin = (name: string, kind: string): string =>
  `export default { name: '${name}', options: {}, ${kind}: () => null }\n`

/** Runs `plugins --json` in a folder with these files. */
async function pluginsIn(
  files: Readonly<Record<string, string>>,
  args: string[] = [],
): Promise<Ran> {
  await using folder = await ownFolder()
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder.path, name)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, text)
  }
  return await runPortaria(['plugins', '--json', ...args], { cwd: folder.path })
}

describe('portaria plugins', () => {
  it('shows what is active without any configuration, then the others of ours', async () => {
    const { code, stdout } = await pluginsIn({})
    expect(code).toBe(0)
    const { plugins } = JSON.parse(stdout) as { plugins: { name: string; active: string[] }[] }
    const idle = plugins.filter(({ active }) => active.length === 0)
    expect(idle.map(({ name }) => name)).toEqual(['ai-http', 'avr', 'azure', 'openai', 'sherpa'])
    const version = expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown
    expect(plugins.slice(0, 3)).toEqual([
      { name: 'espeak', version, provides: ['tts'], active: ['tts'], why: { tts: 'default' } },
      {
        name: 'rules',
        version,
        provides: ['dialogue'],
        active: ['dialogue'],
        why: { dialogue: 'default' },
      },
      {
        name: 'postgres',
        version,
        provides: ['ramais'],
        active: ['ramais'],
        why: { ramais: 'ramais: embedded' },
      },
    ])
  })

  it('says why each is active', async () => {
    await using folder = await ownFolder()
    await writeFile(
      join(folder.path, 'azure.js'),
      `${plugin('azure', 'stt').slice(0, -3)}, tts: () => null }`,
    )
    await writeFile(join(folder.path, 'portaria.config.json'), '{ "stt": "./azure.js" }')
    const { stdout } = await runPortaria(['plugins', '--ramais', 'file'], { cwd: folder.path })
    expect(stdout).toContain(
      './azure.js (no version)  provides stt, tts  active: stt (configuration)',
    )
    expect(stdout).toContain('active: tts (default)')
  })

  it('finds a plugin file beside the configuration, wherever the configuration is', async () => {
    const { code, stdout } = await pluginsIn(
      {
        'etc/portaria.config.ts': "export default { stt: './ears.ts' }",
        'etc/ears.ts': plugin('ears', 'stt'),
      },
      ['--config', 'etc/portaria.config.ts'],
    )
    expect(code).toBe(0)
    const ears = { name: './ears.ts', provides: ['stt'], active: ['stt'] }
    expect(JSON.parse(stdout)).toHaveProperty('plugins.0', expect.objectContaining(ears))
  })

  it('lends core and zod to a plugin file far from any node_modules', async () => {
    await using folder = await ownFolder()
    const file = `import { definePlugin, ProviderError } from '@portaria/core/plugin'
      import { z } from 'zod'
      const tts = () => ({
        cacheId: 'ears',
        async synthesize() { throw new ProviderError('far', 'no voice today', { retryable: false }) },
      })
      export default definePlugin({ name: 'far', options: z.strictObject({}), tts })`
    await writeFile(join(folder.path, 'far.ts'), file)
    await writeFile(join(folder.path, 'portaria.config.json'), '{ "tts": "./far.ts" }')
    const listed = await runPortaria(['plugins', '--json'], { cwd: folder.path })
    const far = { name: './far.ts', provides: ['tts'], active: ['tts'] }
    expect(JSON.parse(listed.stdout)).toHaveProperty('plugins.0', expect.objectContaining(far))
    const tested = await runPortaria(['providers', 'test'], { cwd: folder.path })
    expect(tested.stdout).toContain('no voice today')
  })

  it('finds a package installed beside the configuration by its short name', async () => {
    const { code, stdout } = await pluginsIn({
      'portaria.config.json': '{ "stt": "ears" }',
      'node_modules/portaria-plugin-ears/package.json': JSON.stringify({
        name: 'portaria-plugin-ears',
        version: '3.2.1',
        type: 'module',
        exports: { '.': { import: './main.js' } },
      }),
      'node_modules/portaria-plugin-ears/main.js': plugin('ears', 'stt'),
    })
    expect(code).toBe(0)
    const ears = { name: 'ears', version: '3.2.1', provides: ['stt'], active: ['stt'] }
    expect(JSON.parse(stdout)).toHaveProperty('plugins.0', expect.objectContaining(ears))
  })

  it.each([
    [
      'a package that is missing',
      { 'portaria.config.json': '{ "stt": "ears" }' },
      /plugin ears is missing: tried @portaria\/plugin-ears, portaria-plugin-ears, ears from .*npm install portaria-plugin-ears/,
    ],
    [
      'a file that is missing',
      { 'portaria.config.json': '{ "stt": "./ears.js" }' },
      /plugin \.\/ears\.js is missing: there is no .*ears\.js/,
    ],
    [
      'a fault inside the plugin, which is not missing',
      { 'portaria.config.json': '{ "stt": "./ears.js" }', 'ears.js': "import 'no-such-package'" },
      /plugin \.\/ears\.js .*cannot be loaded: Cannot find package 'no-such-package'/,
    ],
    [
      'a module that is no plugin',
      { 'portaria.config.json': '{ "stt": "./ears.js" }', 'ears.js': 'export const x = 1' },
      /has no default export/,
    ],
    [
      'a configuration with a mistake',
      { 'portaria.config.json': '{ "sst": "ears" }' },
      /portaria\.config\.json.*sst/s,
    ],
    [
      'environment that is no number',
      { '.env': 'API_PORT=door\n' },
      /API_PORT must be .* not "door"/,
    ],
  ])('names %s, and the remedy', async (_what, files, message) => {
    const { code, stderr } = await pluginsIn(files)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})
