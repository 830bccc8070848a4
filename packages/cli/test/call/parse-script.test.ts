import { describe, expect, it } from 'vitest'
import { parseScript } from '../../src/call/parse-script.ts'

const at = { file: 'visit.txt', folder: '/calls' }

describe('a script of the test phone', () => {
  it('does its steps in order, comments and blank lines left out', () => {
    const steps = parseScript('# at the gate\r\nheard\r\n\r\ndigits 501#\nwait 200\nhangup', at)
    expect(steps.map((step) => step.type)).toEqual(['heard', 'digits', 'wait', 'hangup'])
    expect(steps[1]).toEqual({
      type: 'digits',
      leg: 'visitor',
      digits: '501#',
      where: 'visit.txt:4',
    })
  })

  it('keeps the # of digits, and the spaces of a text', () => {
    const [digits, text] = parseScript('digits *#\nspeak  é uma entrega', at)
    expect(digits).toMatchObject({ digits: '*#' })
    expect(text).toMatchObject({ sound: { from: 'text', text: 'é uma entrega' } })
  })

  it('looks for recordings beside the script', () => {
    const [relative, absolute] = parseScript('say a b.wav\nsay /sounds/c.wav', at)
    expect(relative).toMatchObject({ sound: { path: '/calls/a b.wav' } })
    expect(absolute).toMatchObject({ sound: { path: '/sounds/c.wav' } })
  })

  it('lets the resident answer only after the question', () => {
    const types = parseScript('resident\nresident-speak pode entrar', at).map(({ type }) => type)
    expect(types).toEqual(['resident', 'quiet', 'say'])
  })

  it.each([
    ['wait', 'visit.txt:1: write it as: wait MS'],
    ['wait soon', 'visit.txt:1: "soon" is no time'],
    ['quiet 1 2 3', 'visit.txt:1: write it as: quiet MS [MAX]'],
    ['heard\ndigits 50x', 'visit.txt:2: "50x" is no row of digits'],
    ['heard\n\nsing', 'visit.txt:3: unknown step "sing". Steps: wait, heard'],
    ['constructor', 'visit.txt:1: unknown step "constructor"'],
    ['speak', 'visit.txt:1: write it as: speak TEXT'],
    ['# nothing', 'visit.txt: the script has no step'],
  ])('says file, line and remedy of a mistake: %j', (text, message) => {
    expect(() => parseScript(text, at)).toThrow(message)
  })
})
