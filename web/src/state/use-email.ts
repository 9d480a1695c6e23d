import type { EmailState, Notifications, NotificationsChange } from '@rendition/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount, useAccountIfAny } from './account-scope.tsx'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

/** Nothing here needs a reload to be true: a link may be opened on another device. */
const lookMs = 15_000

/** The account's address, and whether it is verified. */
export function useEmail() {
  const { client } = useAccount()
  return useQuery<EmailState>({
    queryKey: keys.email,
    queryFn: ({ signal }) => client.account.email({ signal }),
    refetchInterval: lookMs,
  })
}

export function useResendVerification(): Act<void, void> {
  const { client } = useAccount()
  return useAct({
    run: () => client.account.resendVerification(),
    refresh: [keys.email],
    done: () => t('The link is on its way.'),
    ownFaults: true,
  })
}

/** Verifies the address of whoever is signed in, by the link that was mailed. */
export function useVerifyEmail(token: string) {
  const account = useAccountIfAny()
  const queries = useQueryClient()
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => {
      if (account === null) throw new Error('nobody is signed in')
      return account.client.account.verifyEmail(token)
    },
    onSettled: () => {
      for (const queryKey of [keys.email, keys.me]) void queries.invalidateQueries({ queryKey })
    },
  })
  return { run: () => mutate(), verified: data, error, isPending }
}

/** Which mails the account gets. */
export function useNotifications() {
  const { client } = useAccount()
  return useQuery<Notifications>({
    queryKey: keys.notifications,
    queryFn: ({ signal }) => client.account.notifications({ signal }),
    refetchInterval: lookMs,
  })
}

export function useChangeNotifications(): Act<NotificationsChange, Notifications> {
  const { client } = useAccount()
  const queries = useQueryClient()
  return useAct({
    run: async (change: NotificationsChange) => {
      const changed = await client.account.changeNotifications(change)
      queries.setQueryData(keys.notifications, changed)
      return changed
    },
    refresh: [keys.notifications],
    done: () => t('Notifications changed'),
  })
}
