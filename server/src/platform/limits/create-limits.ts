import type { LimitKind, LimitsConfig } from './config.ts'
import { LimitReached, type LimitState } from './limit-reached.ts'
import type { CreateLimiter } from './port.ts'
import { type Rate, rateOf } from './rate.ts'

/** Before it is done, when what does not fit is given back and refused; or when it came already: what comes next is refused. */
export type Counted = 'asked' | 'came'

/** Counts what callers ask for. */
export interface RequestLimits {
  /** How the limit stands now; null where the kind has none. Throws `LimitReached` for what is asked. */
  take(kind: LimitKind, caller: string, amount?: number, when?: Counted): Promise<LimitState | null>
  /** Takes one back, of what was not done after all; gives how the limit stands then. */
  giveBack(kind: LimitKind, caller: string): Promise<LimitState | null>
}

/** What each is called in the headers and in words. */
const names: Readonly<Record<LimitKind, { name: string; words: string }>> = {
  registrations: { name: 'registrations', words: 'registrations' },
  logins: { name: 'logins', words: 'sign-ins' },
  refreshes: { name: 'refreshes', words: 'renewals' },
  uploads: { name: 'uploads', words: 'uploads' },
  uploadBytes: { name: 'upload-bytes', words: 'uploaded bytes' },
  jobs: { name: 'jobs', words: 'jobs' },
  renders: { name: 'renders', words: 'pictures that have to be made' },
  requests: { name: 'requests', words: 'requests' },
}

export function createRequestLimits(config: LimitsConfig, createLimiter: CreateLimiter): RequestLimits {
  const entries = (Object.keys(names) as LimitKind[]).map((kind) => {
    const rate = rateOf(config[kind])
    if (rate === undefined) throw new Error(`${kind}: ${config[kind]} is no rate`)
    return [kind, rate === null ? null : { rate, limiter: createLimiter(kind, rate.most, rate.seconds) }]
  })
  const limits = Object.fromEntries(entries) as Record<
    LimitKind,
    { rate: Rate; limiter: ReturnType<CreateLimiter> } | null
  >

  return {
    async take(kind, caller, amount = 1, when = 'asked') {
      const limit = limits[kind]
      if (limit === null) return null
      const { rate, limiter } = limit
      const now = await limiter.penalty(caller, amount)
      const over = now.consumedPoints > rate.most
      // One that is too large takes nothing: a batch must not use up what a single picture would have fitted into.
      const refused = over && when === 'asked'
      const givenBack = refused && amount > 1
      if (givenBack) await limiter.reward(caller, amount)
      const used = givenBack ? now.consumedPoints - amount : now.consumedPoints
      const state = stateOf(kind, rate, used, now.msBeforeNext)
      if (refused) throw new LimitReached(state, caller, tooMany(state, names[kind].words, caller, amount))
      return state
    },
    async giveBack(kind, caller) {
      const limit = limits[kind]
      if (limit === null) return null
      const { rate, limiter } = limit
      const now = await limiter.reward(caller, 1)
      return stateOf(kind, rate, now.consumedPoints, now.msBeforeNext)
    },
  }
}

function stateOf(kind: LimitKind, rate: Rate, used: number, msLeft: number): LimitState {
  return {
    name: names[kind].name,
    ...rate,
    unit: kind === 'uploadBytes' ? 'content-bytes' : 'requests',
    left: Math.min(rate.most, Math.max(0, rate.most - used)),
    resetSeconds: Math.max(1, Math.ceil(msLeft / 1000)),
  }
}

function tooMany({ most, seconds, left }: LimitState, words: string, caller: string, amount: number): string {
  const whose = caller.startsWith('account:') ? 'of this account' : 'from this address'
  const asked = amount > 1 ? ` ${amount} were asked for, ${left} are left.` : ''
  return `Too many ${words} ${whose}: at most ${most} in ${spanOf(seconds)}.${asked} Try again later.`
}

function spanOf(seconds: number): string {
  const of = (count: number, unit: string): string => (count === 1 ? `one ${unit}` : `${count} ${unit}s`)
  if (seconds % 3_600 === 0) return of(seconds / 3_600, 'hour')
  return seconds % 60 === 0 ? of(seconds / 60, 'minute') : of(seconds, 'second')
}
