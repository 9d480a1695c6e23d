import type { Identity, ProviderStart, User } from '@rendition/contract'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useAccountIfAny } from './account-scope.tsx'
import type { Account } from './accounts.ts'
import { guest } from './client.ts'
import { FaultInWords } from './explain-error.ts'

/** What a tab keeps of a sign-in while it is at the provider; the state that comes back finds it. */
interface UnderWay {
  browserKey: string
  /** Whether an account is to be linked, or somebody signs in. */
  links: boolean
  /** The path to go to afterwards. */
  next: string
}

const prefix = 'rendition.sign-in.'

function leaveFor({ url, browserKey }: ProviderStart, links: boolean, next: string): void {
  const state = new URL(url).searchParams.get('state') ?? ''
  sessionStorage.setItem(prefix + state, JSON.stringify({ browserKey, links, next } satisfies UnderWay))
  window.location.assign(url)
}

/** Taken once: what comes back twice is not gone on with. */
function takeUnderWay(search: string): { answer: string; underWay: UnderWay } | null {
  const key = prefix + (new URLSearchParams(search).get('state') ?? '')
  const text = sessionStorage.getItem(key)
  if (text === null) return null
  sessionStorage.removeItem(key)
  return { answer: search.replace(/^\?/, ''), underWay: JSON.parse(text) as UnderWay }
}

/** Whoever goes Back from the provider may get the page as it was left: its buttons do not wait any more. */
function useBeginAnew(reset: () => void): void {
  useEffect(() => {
    const onShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) reset()
    }
    window.addEventListener('pageshow', onShow)
    return () => window.removeEventListener('pageshow', onShow)
  }, [reset])
}

/** Sends the browser to a provider, to come back signed in. */
export function useProviderSignIn(next: string) {
  const { mutate, error, isPending, isSuccess, reset } = useMutation({
    mutationFn: async (provider: string) => leaveFor(await guest.providers.start(provider), false, next),
  })
  useBeginAnew(reset)
  // The page stays until the provider's is there.
  return { go: mutate, error, isPending: isPending || isSuccess }
}

/** The same, to link the provider's account to this one. */
export function useLinkProvider({ client }: Pick<Account, 'client'>, next: string) {
  const { mutate, error, isPending, isSuccess, reset } = useMutation({
    mutationFn: async ({ provider, password }: { provider: string; password: string | undefined }) =>
      leaveFor(await client.providers.startLink(provider, password), true, next),
  })
  useBeginAnew(reset)
  return { go: mutate, error, isPending: isPending || isSuccess }
}

interface Return {
  /** False where this tab began nothing that comes back like this. */
  isKnown: boolean
  links: boolean
  next: string
  error: Error | null
  /** Linked; who signs in is seen by the session. */
  isDone: boolean
}

/** Goes on with a sign-in that comes back from a provider, once. What came back leaves the address at once. */
export function useProviderReturn(provider: string): Return {
  const account = useAccountIfAny()
  const [back] = useState(() => takeUnderWay(window.location.search))
  const { mutate, error, isSuccess } = useMutation({
    mutationFn: ({ answer, underWay }: NonNullable<typeof back>): Promise<User | Identity> => {
      const body = { browserKey: underWay.browserKey, answer }
      if (!underWay.links) return guest.providers.finish(provider, body)
      if (account === null)
        throw new FaultInWords(t('Nobody is signed in here any more. Sign in, and link anew.'))
      return account.client.providers.finishLink(provider, body)
    },
  })
  const begun = useRef(false)
  useEffect(() => {
    if (back === null || begun.current) return
    begun.current = true
    const { next } = back.underWay
    window.history.replaceState(
      window.history.state,
      '',
      `${window.location.pathname}?next=${encodeURIComponent(next)}`,
    )
    mutate(back)
  }, [back, mutate])
  return {
    isKnown: back !== null,
    links: back?.underWay.links ?? false,
    next: back?.underWay.next ?? '/',
    error,
    isDone: isSuccess,
  }
}
