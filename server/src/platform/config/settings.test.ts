import { expect, it } from 'vitest'
import { z } from 'zod'
import { configSchema } from '../../roles/config.ts'
import { integer } from './fields.ts'
import { variablesOf } from './load.ts'
import { settingsOf, withoutCredentials } from './settings.ts'

const schema = z.object({
  port: integer(0).default(8080).meta({ env: 'PORT', description: 'Where.' }),
  key: z.string().optional().meta({ env: 'KEY', description: 'A key.', secret: 'all' }),
  cache: z.string().default('memory:').meta({ env: 'CACHE', description: 'A part.', secret: 'address' }),
})
const shownOf = (environment: Record<string, string>) =>
  settingsOf(schema, environment, () => 's3cret\n').map(({ name, value, source, secret }) => [
    name,
    value,
    source,
    secret,
  ])

it('says what is set and where, and nothing of a secret', () => {
  expect(shownOf({ PORT: '' })).toEqual([
    ['PORT', '8080', 'default', false],
    ['KEY', null, 'default', true],
    ['CACHE', 'memory:', 'default', true],
  ])
  const set = shownOf({ PORT_FILE: '/run/x', KEY_FILE: '/run/key', CACHE: 'redis://ann:s3cret@r1/0' })
  expect(set).toEqual([
    ['PORT', 's3cret', 'file', false],
    ['KEY', null, 'file', true],
    ['CACHE', 'redis://…@r1/0', 'environment', true],
  ])
})

it.each([
  ['postgres://u:p@db/x?sslmode=require', 'postgres://…@db/x?…'],
  ['redis://:p@ss/w?rd#1@host:6379/0', 'redis://…@host:6379/0'],
  ['https://cdn/purge?key=s3cret', 'https://cdn/purge?…'],
  ['http://one/x,http://u:s3cret@two/y', 'http://…@two/y'],
  ['s3://A:B@bucket?region=x', 's3://…@bucket?…'],
  ['embedded:', 'embedded:'],
  ['file:', 'file:'],
])('%s is shown as %s', (address, shown) => {
  expect(withoutCredentials(address)).toBe(shown)
})

it('whatever sounds like a secret, or may be an address with one, is marked', () => {
  const open = variablesOf(configSchema).filter(({ schema: leaf }) => leaf.meta()?.secret === undefined)
  const sounds =
    /SECRET|PASSWORD_?$|HEADERS|PROVIDERS|_KEY|SMTP_URL|PURGE_URL|(DATABASE|STORAGE|QUEUE|CACHE|DISCOVERY)_URL/
  expect(open.map(({ name }) => name).filter((name) => sounds.test(name))).toEqual([])
  // An upstream, the public address and that of direct answers stand in answers and DNS: they hold none.
  expect(open.map(({ name }) => name).filter((name) => /_URL$/.test(name))).toEqual([
    'PUBLIC_URL',
    'DELIVERY_DIRECT_URL',
  ])
})
