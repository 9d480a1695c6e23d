import type { User } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { client, tokens } from './client.ts'

/** Whether somebody is signed in, following other tabs too. */
export function useSignedIn(): boolean {
  return useSyncExternalStore(tokens.subscribe, () => tokens.read() !== null)
}

export const userKey = ['me'] as const

/** The signed-in user; undefined until known. */
export function useUser(): User | undefined {
  const { data } = useQuery({
    queryKey: userKey,
    queryFn: ({ signal }) => client.auth.me({ signal }),
    staleTime: 5 * 60_000,
  })
  return data
}
