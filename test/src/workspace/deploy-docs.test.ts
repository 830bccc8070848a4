/** The pages on deployment say the same in both languages, and name only what is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const deploy = join(import.meta.dirname, '../../../docs/deploy')
const languages = ['en', 'pt-BR'] as const
const pages = readdirSync(join(deploy, 'en'))

const read = (path: string) => readFileSync(join(deploy, path), 'utf8')

const fence = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm

/** Commands and settings: they are no matter of language. */
function blocksOf(text: string): string[] {
  return [...text.matchAll(fence)].map(([, , kind = '', body = '']) => `${kind}\n${body}`)
}

/** `## Title` of a page is `##`, a table its number of rows. */
function shapeOf(text: string): string[] {
  const lines = text.replaceAll(fence, '').split('\n')
  const headings = lines.flatMap((line) => /^#+(?= )/.exec(line)?.[0] ?? [])
  return [...headings, `${lines.filter((line) => line.startsWith('|')).length} lines of tables`]
}

/** Relative links, without what follows `#`. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path)
}

/** A heading as its anchor on the page. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe('the pages on deployment', () => {
  it('are the same files in both languages', () => {
    expect(pages.length).toBeGreaterThan(5)
    expect(readdirSync(join(deploy, 'pt-BR'))).toEqual(pages)
  })

  it.each(pages)('%s has the same headings, tables and commands in both languages', (page) => {
    const [en, pt] = languages.map((language) => read(`${language}/${page}`))
    expect(shapeOf(pt ?? '')).toEqual(shapeOf(en ?? ''))
    expect(blocksOf(pt ?? '')).toEqual(blocksOf(en ?? ''))
  })

  it.each(['README.md', ...languages.flatMap((language) => pages.map((p) => `${language}/${p}`))])(
    '%s links to what is there',
    (page) => {
      const text = read(page)
      const folder = dirname(join(deploy, page))
      expect(linksOf(text).filter((path) => !existsSync(join(folder, path)))).toEqual([])
      for (const [, path = '', anchor = ''] of text.matchAll(/\]\(([^)#:]+)#([^)]+)\)/g)) {
        expect(anchorsOf(readFileSync(join(folder, path), 'utf8'))).toContain(anchor)
      }
      const named = text.matchAll(/\/opt\/portaria\/(docs\/deploy\/[\w./-]+)/g)
      const absent = [...named].filter(([, path = '']) => !existsSync(join(deploy, '../..', path)))
      expect(absent).toEqual([])
    },
  )

  it('are all in the index', () => {
    const linked = linksOf(read('README.md'))
    for (const language of languages) {
      expect(linked).toEqual(expect.arrayContaining(pages.map((page) => `${language}/${page}`)))
    }
  })
})
