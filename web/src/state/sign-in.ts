import { isProblem } from '@rendition/client'
import type { Registration, User } from '@rendition/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { guest } from './client.ts'
import { passwordRule } from './password-rule.ts'
import { keys } from './query-cache.ts'

interface SignIn {
  /** What comes of it is seen by the session: the page of the account takes the place of the one that asks. */
  signIn(name: string, password: string): void
  error: Error | null
  isPending: boolean
  /** The password was right, and a code is asked for. */
  challenge: string | null
  startOver(): void
}

/** Signing in to an account, or making one and signing in. */
export function useSignIn(mode: 'login' | 'register'): SignIn {
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: ({ name, password }: { name: string; password: string }): Promise<User> =>
      guest.auth[mode]({ ...nameOf(name), password }),
  })
  const challenge = isProblem(error, 'two_step_required') ? error.challenge : null
  return {
    signIn: (name, password) => mutate({ name, password }),
    error: challenge === null ? error : null,
    isPending,
    challenge,
    startOver: reset,
  }
}

/** The code after the password. What comes of it is seen by the session, as of `useSignIn`. */
export function useSecondStep(challenge: string): {
  finish(code: string): void
  error: Error | null
  /** The sign-in took too long, or too many tries: it begins anew with the password. */
  isOver: boolean
  isPending: boolean
  isDone: boolean
} {
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: (code: string): Promise<User> => guest.auth.finishLogin({ challenge, code }),
  })
  return {
    finish: mutate,
    error,
    isOver: isProblem(error, 'challenge_expired'),
    isPending,
    isDone: isSuccess,
  }
}

/** What a visitor is to know before there is an account; `known` is undefined where the service does not say. */
export function useRegistration(): { known: Registration | undefined; isPending: boolean } {
  const { data, isPending } = useQuery({
    queryKey: keys.registration,
    queryFn: ({ signal }) => guest.auth.registration({ signal }),
    // Signing in goes without it.
    retry: false,
  })
  return { known: data, isPending }
}

/** What a new password is judged by, in the words of the page. */
export const usePasswordRule = (): string => passwordRule(useRegistration().known)

/** Where to go after signing in: a path of this page only. */
export function nextPath(next: string | null): string {
  return next?.startsWith('/') === true && !/^\/[/\\]/.test(next) ? next : '/'
}

/** One field for both: a name with an at sign is an email address. */
export function nameOf(text: string): { email: string } | { username: string } {
  const name = text.trim()
  return name.includes('@') ? { email: name } : { username: name }
}
