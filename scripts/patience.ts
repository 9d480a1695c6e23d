import { vi } from 'vitest'

/**
 * `vi.waitFor` gives up after one second, which a machine with two cores and a browser beside it takes now and then;
 * the configuration knows a limit for `expect.poll` alone. A state that comes late is no failure: both wait alike, also
 * where a test names less, for what takes three seconds alone takes ten beside others. What must be quick measures it.
 */
const patience = { timeout: 30_000, interval: 50 }
type WaitFor = typeof vi.waitFor & { patient?: true }
const given: WaitFor = vi.waitFor
// Files that share a process share `vi`: the second finds it done.
if (given.patient !== true) {
  const patiently: WaitFor = (callback, options) => {
    const asked = typeof options === 'number' ? { timeout: options } : { ...options }
    const timeout = Math.max(patience.timeout, asked.timeout ?? 0)
    return given(callback, { ...patience, ...asked, timeout })
  }
  vi.waitFor = Object.assign(patiently, { patient: true as const })
}
