import type { Identities } from '@rendition/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import { keys } from './query-cache.ts'

/** What signs in to this account; undefined until known. */
export function useIdentities(): { identities: Identities | undefined; error: Error | null } {
  const { client } = useAccount()
  const { data, error } = useQuery({
    queryKey: keys.identities,
    queryFn: ({ signal }) => client.providers.identities({ signal }),
  })
  return { identities: data, error }
}

/** Whether the owner shows a password to prove it; so it is taken to be until the service has said. */
export const useHasPassword = (): boolean => useIdentities().identities?.password !== false

/** Takes a link off. */
export function useUnlink(onDone: () => void) {
  const { client, ended } = useAccount()
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (id: string) => client.providers.unlink(id),
    onSuccess: async () => {
      if (ended.aborted) return
      onDone()
      await queries.invalidateQueries({ queryKey: keys.identities })
    },
  })
  return { run: mutate, error, isPending }
}
