import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { flag, integer, json, list } from './fields.ts'
import { ConfigError, loadConfig, variablesOf } from './load.ts'

const schema = z.object({
  server: z.object({
    port: integer(0, 65535).default(8080).meta({ env: 'PORT', description: 'Where to listen.' }),
    secure: flag().default(false).meta({ env: 'SECURE', description: 'A switch.' }),
  }),
  names: list(z.string().max(3)).default([]).meta({ env: 'NAMES', description: 'Some names.' }),
  shape: json(z.object({ a: z.number() }))
    .optional()
    .meta({ env: 'SHAPE', description: 'A value.' }),
})
const noFile = (): string => {
  throw new Error('ENOENT')
}

describe('loadConfig', () => {
  it('fills defaults when nothing is set, and takes an empty variable as unset', () => {
    expect(loadConfig(schema, { PORT: '' }, noFile)).toEqual({
      server: { port: 8080, secure: false },
      names: [],
    })
  })

  it('reads text into numbers, switches, lists and JSON', () => {
    const config = loadConfig(schema, { PORT: '0', SECURE: 'yes', NAMES: 'a, b,', SHAPE: '{"a":1}' }, noFile)
    expect(config).toEqual({ server: { port: 0, secure: true }, names: ['a', 'b'], shape: { a: 1 } })
  })

  it('reads NAME_FILE, and refuses both', () => {
    const files = (path: string) => (path === '/run/port' ? '81\n' : noFile())
    expect(loadConfig(schema, { PORT_FILE: '/run/port' }, files).server.port).toBe(81)
    expect(() => loadConfig(schema, { PORT_FILE: '/run/port', PORT: '1' }, files)).toThrow(/either PORT or/)
  })

  it('names every fault at once by its variable', () => {
    const attempt = () =>
      loadConfig(schema, { PORT: '70000', NAMES: 'long,er', SHAPE: '{', SECURE_FILE: '/no' }, noFile)
    expect(attempt).toThrow(ConfigError)
    try {
      attempt()
    } catch (error) {
      const named = (error as ConfigError).faults.map((fault) => fault.variable).sort()
      expect(named).toEqual(['NAMES', 'PORT', 'SECURE', 'SHAPE'])
    }
  })

  it('says of text that is no number what it should be', () => {
    expect(() => loadConfig(schema, { PORT: '20s' }, noFile)).toThrow('PORT: must be a whole number')
    expect(() => loadConfig(schema, { PORT: '70000' }, noFile)).toThrow('65535')
  })

  it('lists the variables with their defaults', () => {
    expect(variablesOf(schema).map(({ name, default: value }) => [name, value])).toEqual([
      ['PORT', '8080'],
      ['SECURE', 'false'],
      ['NAMES', '[]'],
      ['SHAPE', undefined],
    ])
  })
})
