/** Who may depend on whom. No tool that we know checks this for TypeScript 7, so a table does. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')

/** Each package's dependencies inside the workspace, at run time and for its own tests. */
const allowed: Record<string, readonly string[]> = {
  'packages/core': [],
  'packages/cli': [
    '@portaria/core',
    '@portaria/plugin-postgres',
    '@portaria/plugin-rules',
    '@portaria/plugin-sherpa',
  ],
  'packages/plugin-ai-http': ['@portaria/core'],
  'packages/plugin-avr': ['@portaria/core'],
  'packages/plugin-azure': ['@portaria/core'],
  'packages/plugin-espeak': ['@portaria/core'],
  'packages/plugin-openai': ['@portaria/core'],
  'packages/plugin-postgres': ['@portaria/core', '@portaria/sql'],
  'packages/plugin-rules': ['@portaria/core'],
  'packages/plugin-sherpa': ['@portaria/core'],
  'packages/test-kit': ['@portaria/core', '@portaria/sql'],
  sql: [],
  test: [
    '@portaria/cli',
    '@portaria/core',
    '@portaria/plugin-ai-http',
    '@portaria/plugin-avr',
    '@portaria/plugin-azure',
    '@portaria/plugin-espeak',
    '@portaria/plugin-postgres',
    '@portaria/plugin-rules',
    '@portaria/test-kit',
  ],
  // What is served by default, and what the benchmarks in tools/ need.
  '.': [
    '@portaria/cli',
    '@portaria/core',
    '@portaria/plugin-ai-http',
    '@portaria/plugin-avr',
    '@portaria/plugin-azure',
    '@portaria/plugin-espeak',
    '@portaria/plugin-openai',
    '@portaria/plugin-postgres',
    '@portaria/plugin-rules',
    '@portaria/plugin-sherpa',
    '@portaria/test-kit',
  ],
}

function packagesFound(): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
  return [...packages, 'sql', 'test', '.'].toSorted()
}

function workspaceDependencies(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  const names = kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))
  return [...new Set(names.filter((name) => name.startsWith('@portaria/')))].toSorted()
}

/** Every module that the sources of a package name in an import, whether static, typed or dynamic. */
function importsOf(folder: string): { file: string; name: string }[] {
  const files = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(root, folder, 'src', file), 'utf8')
      const found = text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g)
      return [...found].map((match) => ({ file, name: match[1] ?? '' }))
    })
}

describe('the direction of dependencies', () => {
  it('knows every package of the workspace', () => {
    expect(packagesFound()).toEqual(Object.keys(allowed).toSorted())
  })

  it.each(Object.entries(allowed))('%s depends on nothing but its own list', (folder, names) => {
    expect(workspaceDependencies(folder).filter((name) => !names.includes(name))).toEqual([])
  })

  it('leaves the GPL voice to the workspace root and the stories', () => {
    const users = packagesFound().filter((folder) =>
      workspaceDependencies(folder).includes('@portaria/plugin-espeak'),
    )
    expect(users).toEqual(['.', 'test'])
  })

  it.each([
    'packages/plugin-ai-http',
    'packages/plugin-avr',
    'packages/plugin-azure',
    'packages/plugin-espeak',
    'packages/plugin-openai',
    'packages/plugin-postgres',
    'packages/plugin-rules',
    'packages/plugin-sherpa',
  ])('%s takes from core only what is meant for plugins', (folder) => {
    const imports = importsOf(folder)
    expect(imports.length).toBeGreaterThan(0)
    const others = imports.filter(
      ({ name }) => name.startsWith('@portaria/') && name !== '@portaria/core/plugin',
    )
    expect(others).toEqual([])
  })

  it('lets core know no package of ours', () => {
    const imports = importsOf('packages/core')
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter(({ name }) => name.startsWith('@portaria/'))).toEqual([])
  })
})
