import { Errors } from '@oclif/core'
import { ConfigError, ProviderError } from '@portaria/core/errors'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../src/failure-of.ts'

describe('how a command ends', () => {
  it('takes what the user can mend for exit code 2, and says the remedy', () => {
    const message = 'API port 8082 is in use. Choose another with --api-port'
    expect(failureOf(new ConfigError(message))).toEqual({
      exit: 2,
      message: message,
    })
  })

  it('takes what cannot be had now for exit code 1, and for no fault of Portaria', () => {
    const away = new ProviderError('daemon', 'o banco de dados não responde', { retryable: true })
    expect(failureOf(away)).toEqual({ exit: 1, message: 'o banco de dados não responde' })
    const wrong = new ProviderError('postgres', 'a senha está errada')
    expect(failureOf(wrong)).toMatchObject({ exit: 2 })
  })

  it('takes wrong usage for exit code 2, and names --help', () => {
    const failure = failureOf(new Errors.CLIError('command foo:bar not found'))
    expect(failure.exit).toBe(2)
    expect(failure.message).toBe('no such command: foo bar\nSee more with --help')
  })

  it('says nothing more when a command has answered and only gives its exit code', () => {
    expect(failureOf(new Errors.ExitError(1))).toEqual({ exit: 1, message: null })
  })

  it('shows the stack of a bug only when asked', () => {
    const bug = new TypeError('x is not a function')
    expect(failureOf(bug)).toMatchObject({ exit: 1 })
    expect(failureOf(bug).message).not.toContain('failure-of.test')
    expect(failureOf(bug, { debug: true }).message).toContain('failure-of.test')
  })
})
