import { describe, expect, it } from 'vitest'
import { needsOf } from './needs.ts'
import { roleNames } from './server-config.ts'

const needed = (...roles: Parameters<typeof needsOf>[0]) =>
  [...needsOf(roles)].flatMap(([name, need]) => (need === 'needed' ? [name] : []))

describe('what a process cannot do without', () => {
  it.each([
    [['gateway'], []],
    [['auth'], ['database']],
    [['api'], ['database']],
    [['delivery'], ['database', 'storage']],
    [['worker'], ['database', 'storage', 'queue']],
    [['gateway', 'auth', 'api'], ['database']],
    [['api', 'worker'], ['database']],
    [roleNames, ['database', 'storage']],
  ] as const)('%s: %s', (roles, parts) => {
    expect(needed(...roles)).toEqual(parts)
  })

  it('opens what its roles use, and says of the rest what is left undone', () => {
    expect([...needsOf(['auth']).keys()]).toEqual(['database', 'storage', 'cache'])
    expect(needsOf(['delivery']).has('queue')).toBe(false)
    expect(needsOf(['gateway']).size).toBe(0)
    expect(needsOf(['api', 'worker']).get('queue')).toEqual({ without: 'jobs wait, no jobs run' })
  })
})
