import { vi } from 'vitest'

/**
 * `vi.waitFor` gives up after one second, which a machine with two cores and a browser beside it takes now and then;
 * the configuration knows a limit for `expect.poll` alone. A state that comes late is no failure: both wait alike.
 */
const patience = { timeout: 15_000, interval: 50 }
type WaitFor = typeof vi.waitFor & { patient?: true }
const given: WaitFor = vi.waitFor
// Files that share a process share `vi`: the second finds it done.
if (given.patient !== true) {
  const patiently: WaitFor = (callback, options) =>
    given(
      callback,
      typeof options === 'number' ? { ...patience, timeout: options } : { ...patience, ...options },
    )
  vi.waitFor = Object.assign(patiently, { patient: true as const })
}
