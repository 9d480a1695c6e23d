import type { Audience } from '../request/access.ts'

/** How long whom an answer may be kept by. */
export interface Keeping {
  /** `public`: any cache; `signed`: the browser until the URL ends; `shared`: nobody without asking; `caller`: the browser of this caller. */
  audience: Audience
  /** Names a version that alone decides the bytes (but for the operator's presets and the engine): immutable. */
  fixed: boolean
  /** Seconds that a signed URL still works. */
  remainingSeconds: number | null
}

export interface KeepingRules {
  aliasSeconds: number
  staleSeconds: number
  staleIfErrorSeconds: number
}

const year = 31_536_000

/**
 * `Cache-Control`. What never changes is immutable; the rest is short, with the old answer shown while the new one is
 * fetched: URLs without a version, and those that look at the focal point or at another image as it is now. What is private stays in the browser. Nothing is kept longer than its URL works.
 */
export function cacheControl(keeping: Keeping, rules: KeepingRules): string {
  const { aliasSeconds, staleSeconds, staleIfErrorSeconds } = rules
  // A share ends when its owner says so, and no browser can be told: each picture is asked for again, at the price of a 304.
  if (keeping.audience === 'shared') return 'private, no-cache'
  const scope = keeping.audience === 'public' ? 'public' : 'private'
  const cap = (age: number): number =>
    keeping.remainingSeconds === null ? age : Math.max(0, Math.min(age, keeping.remainingSeconds))
  if (keeping.fixed) return `${scope}, max-age=${cap(year)}, immutable`
  if (scope === 'private') {
    const fresh = cap(aliasSeconds)
    const stale = keeping.remainingSeconds === null ? 0 : cap(staleSeconds + fresh) - fresh
    return `private, max-age=${fresh}${stale > 0 ? `, stale-while-revalidate=${stale}` : ''}`
  }
  const fresh = cap(aliasSeconds)
  const [stale, ifError] = [staleSeconds, staleIfErrorSeconds].map((age) => cap(age + fresh) - fresh)
  return `public, max-age=${fresh}, stale-while-revalidate=${stale}, stale-if-error=${ifError}`
}
