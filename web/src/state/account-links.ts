import { isProblem } from '@rendition/client'
import type { AccountLinkState, User } from '@rendition/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { guest } from './client.ts'
import { keys } from './query-cache.ts'

interface GuestAct<Given> {
  run(given: Given): void
  isDone: boolean
  error: Error | null
  isPending: boolean
}

/** Of somebody who is not signed in: there is no account whose things are asked for anew, as `useAct` does. */
function useGuestAct<Given>(work: (given: Given) => Promise<unknown>): GuestAct<Given> {
  const { mutate, isSuccess, error, isPending } = useMutation({ mutationFn: work })
  return { run: (given) => mutate(given), isDone: isSuccess, error, isPending }
}

/** Has a link for a new password mailed. */
export const useAskPasswordReset = (): GuestAct<string> =>
  useGuestAct((email) => guest.auth.askPasswordReset(email))

/** Sets a new password by a link. */
export const useResetPassword = (token: string): GuestAct<string> =>
  useGuestAct((password) => guest.auth.resetPassword({ token, password }))

/** Makes the account of an invitation; what comes of it is seen by the session. */
export const useAcceptInvitation = (token: string): GuestAct<{ username: string; password: string }> =>
  useGuestAct(
    ({ username, password }): Promise<User> =>
      guest.auth.acceptInvitation({ token, password, ...(username === '' ? {} : { username }) }),
  )

/** Signs in by a link of the operator's; what comes of it is seen by the session. */
export const useSignInByLink = (token: string): GuestAct<void> =>
  useGuestAct(() => guest.auth.signInByLink(token))

/** The secret behind the `#` of a link. It leaves the address at once, so that no history keeps it. */
export function useLinkToken(): string {
  const [token] = useState(() => window.location.hash.slice(1))
  useEffect(() => window.history.replaceState(window.history.state, '', window.location.pathname), [])
  return token
}

export interface LinkLook {
  /** `good` also where nobody knows: what is wrong is said when it is used. */
  state: 'asking' | 'good' | 'over'
  /** Who is invited, where it is known. */
  email: string | null
}

/** What became of a link before it is used: one that was used, has run out or is of another kind is not offered again. */
export function useLinkLook(token: string, kind: AccountLinkState['kind']): LinkLook {
  const { data, error, isPending } = useQuery({
    queryKey: keys.link(token),
    queryFn: ({ signal }) => guest.auth.lookAtLink(token, { signal }),
    enabled: token !== '',
    // It is used up by this page: asked again it would be over before what came of it is shown.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (isProblem(error, 'link_invalid') || (data !== undefined && data.kind !== kind))
    return { state: 'over', email: null }
  return { state: isPending ? 'asking' : 'good', email: data?.email ?? null }
}
