import { describe, expect, it } from 'vitest'
import { loadConfig } from '../platform/config/load.ts'
import { configSchema } from './config.ts'
import { refuseIncompleteSplit } from './split-config.ts'

const judge = (environment: Record<string, string>) => () =>
  refuseIncompleteSplit(loadConfig(configSchema, environment, () => ''))

describe('a process with some of the roles', () => {
  it('is refused without what it must share, all faults at once', () => {
    expect(judge({ ROLES: 'api' })).toThrow(/only api[\s\S]*SECRETS[\s\S]*PUBLIC_URL/)
    expect(judge({ ROLES: 'gateway,auth,api', SECRETS: '{}' })).toThrow(/PUBLIC_URL/)
    expect(judge({ ROLES: 'worker', PUBLIC_URL: 'https://a.example' })).toThrow(/SECRETS/)
  })

  it.each(['https://a.example/images', 'https://a.example/?x=1', 'https://a.example/#x'])(
    'has no name below a path: %s',
    (PUBLIC_URL) => {
      expect(judge({ PUBLIC_URL })).toThrow(/PUBLIC_URL[\s\S]*host/)
      expect(judge({ PUBLIC_URL: 'https://a.example/' })).not.toThrow()
    },
  )

  it('may do with less where it shares nothing', () => {
    expect(judge({})).not.toThrow()
    expect(judge({ ROLES: 'gateway' })).not.toThrow()
    // A gateway of its own stands in front of everything else in one process.
    expect(judge({ ROLES: 'auth,api,delivery,worker' })).not.toThrow()
    expect(judge({ ROLES: 'api', SECRETS: '{}', PUBLIC_URL: 'https://a.example' })).not.toThrow()
  })
})
