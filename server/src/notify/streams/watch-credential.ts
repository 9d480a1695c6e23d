import type { Authenticate, Principal } from '../../platform/http/principal.ts'

/**
 * Aborts when the credential of a long connection expires or stops being accepted, so that a stream never outlives
 * the right to read it. A database that is away is no reason: only a refusal is.
 */
export function watchCredential(
  authenticate: Authenticate,
  headers: Parameters<Authenticate>[0],
  principal: Principal,
  recheckMs: number,
  onEnd: () => void,
): () => void {
  let ended = false
  const end = (): void => {
    if (ended) return
    ended = true
    stop()
    onEnd()
  }
  const recheck = setInterval(() => {
    authenticate(headers).then(
      (again) => {
        if (again === null) end()
      },
      (error: { status?: number }) => {
        if (error.status === 401) end()
      },
    )
  }, recheckMs)
  const life = principal.expiresAt === null ? null : principal.expiresAt.getTime() - Date.now()
  const expiry = life === null || life > 2 ** 31 - 1 ? undefined : setTimeout(end, Math.max(0, life))
  const stop = (): void => {
    clearInterval(recheck)
    clearTimeout(expiry)
  }
  return stop
}
