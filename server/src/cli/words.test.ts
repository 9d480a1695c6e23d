import { describe, expect, it } from 'vitest'
import { ConfigError, variablesOf } from '../platform/config/load.ts'
import { configSchema } from '../roles/config.ts'
import { readConfig } from './environment.ts'
import { version } from './paths.ts'
import { run } from './testing/run.ts'

describe('the words of the command line', () => {
  it.each([
    ['sevre', 'serve'],
    ['serv', 'serve'],
    ['doc', 'doctor'],
    ['migarte', 'migrate'],
    ['start', 'serve'],
    ['user', 'users'],
    ['Version', 'version'],
  ])('takes %s for a slip of %s, and says so', async (word, meant) => {
    const { code, err } = await run([word])
    expect([code, err]).toEqual([
      2,
      `rendition: there is no command ${word}; did you mean ${meant}?\nSee rendition --help`,
    ])
  })

  it('guesses nothing that is far away', async () => {
    expect((await run(['cook'])).err).toBe('rendition: there is no command cook\nSee rendition --help')
  })

  it.each([
    [['serve', '--prot', '1'], '--port', 'serve'],
    [['serve', '--data', 'x'], '--data-dir', 'serve'],
    [['render', 'a.jpg', '--watermark', 'x'], '--watermark-text', 'render'],
    [['render', 'a.jpg', '--hieght', '9'], '--height', 'render'],
    [['users', 'create', '--amdin', 'x'], '--admin', 'users create'],
  ])('says which option %j means, and whose help tells more', async (words, option, command) => {
    const { code, err } = await run(words)
    expect(code).toBe(2)
    expect(err).toContain(`did you mean ${option}?`)
    expect(err).toMatch(new RegExp(`^See rendition ${command} --help$`, 'm'))
  })

  it('names the options of a command without one', async () => {
    expect((await run(['--port', '80'])).err).toContain('as in rendition serve --port')
    expect((await run(['serve', '--port'])).err).toContain('--port needs a value')
    expect((await run(['render', 'a.jpg', '--rotate', '-90'])).err).toContain('--rotate=-…')
    expect((await run(['render', 'a.jpg', '--force=yes'])).err).toContain('--force takes no value')
  })

  it('says the same of a command in each way of asking', async () => {
    for (const words of [['serve'], ['users', 'create'], ['users', 'reset-password'], ['render']]) {
      const asked = await run([...words, '--help'])
      expect([asked.code, asked.out]).toEqual([0, expect.stringMatching(`^rendition ${words.join(' ')} `)])
      expect(await run(['help', ...words])).toEqual(asked)
      expect(await run([...words, '-h'])).toEqual(asked)
      expect(await run(['--help', ...words])).toEqual(asked)
    }
  })

  it('shows the commands of a group', async () => {
    const { code, out } = await run(['users', '--help'])
    expect([code, out]).toEqual([0, expect.stringContaining('users reset-password')])
    expect(out).not.toContain('serve')
    expect((await run(['help', 'users'])).out).toBe(out)
    expect(await run(['users'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'create or reset-password or password-link or sign-in-link or take-off-two-step?',
      ),
    })
    expect((await run(['users', 'crate'])).err).toContain('no command users crate; did you mean create?')
    expect((await run(['help', 'crate'])).err).toContain('no command crate')
  })

  it.each([[['version']], [['--version']], [['-v']]])('tells its version to %j', async (words) => {
    expect(await run(words)).toMatchObject({ code: 0, out: version })
  })
})

describe('a faulty variable', () => {
  const bad = ['x', '-1', '1.5', '99999999999999999999', '{', '{"a":1}', '[]', 'true', ',', '://']
  const faultsOf = (name: string, value: string): readonly { variable: string; message: string }[] => {
    try {
      readConfig({ [name]: value })
      return []
    } catch (error) {
      if (error instanceof ConfigError) return error.faults
      throw error
    }
  }

  it.each(variablesOf(configSchema).map(({ name }) => name))('%s is refused in words', (name) => {
    for (const value of bad) {
      for (const { variable, message } of faultsOf(name, value)) {
        expect(variable).toBe(name)
        expect(message, value).not.toMatch(
          /Invalid|[Ee]xpected|received|Too (small|big)|Unrecognized|undefined|\[object/,
        )
      }
    }
  })

  it('is told what it may be', () => {
    expect(faultsOf('LOG_LEVEL', 'loud')[0]?.message).toMatch(/^must be one of: fatal, error, /)
    expect(faultsOf('PORT', '70000')[0]?.message).toBe('must be at most 65535')
    expect(faultsOf('HEIC', 'maybe')[0]?.message).toBe('must be true or false')
    expect(faultsOf('PUBLIC_URL', 'images.example.com')[0]?.message).toMatch(/^must be a URL.*https:/)
  })
})
