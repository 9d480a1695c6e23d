import { expect, it } from 'vitest'
import { limitsConfigSchema } from './config.ts'
import { rateOf } from './rate.ts'

it.each([
  ['500/1h', { most: 500, seconds: 3_600 }],
  ['20/90s', { most: 20, seconds: 90 }],
  ['3000/15m', { most: 3_000, seconds: 900 }],
  ['20GiB/1d', { most: 20 * 1024 ** 3, seconds: 86_400 }],
  ['off', null],
  ['0', null],
  ['0/1h', null],
])('%s is read', (text, rate) => expect(rateOf(text)).toEqual(rate))

it.each(['', '500', '500/h', '500/1w', '-1/1h', '1.5/1h', '500/0s', '500/8d', '9999999999999TiB/1h', 'on'])(
  '%j is no rate, and the configuration says so',
  (text) => {
    expect(rateOf(text)).toBeUndefined()
    const { error } = limitsConfigSchema.safeParse({ registrations: text })
    expect(error?.issues[0]?.message).toBe('must be an amount and a time, such as 500/1h or 20GiB/1d, or off')
  },
)

it('every limit is on, unless it is turned off', () => {
  for (const text of Object.values(limitsConfigSchema.parse({}))) expect(rateOf(text)).not.toBeNull()
})
