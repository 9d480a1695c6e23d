import type {
  AccountLink,
  AdminUser,
  CreatedInvitation,
  Invitation,
  Language,
  Role,
} from '@rendition/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

const pageSize = 50
const lookMs = 10_000

/** Invitations that nobody has accepted yet. */
export function useInvitations() {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.invitations,
    queryFn: ({ pageParam, signal }) =>
      client.admin.invitations(
        { limit: pageSize, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: lookMs,
  })
}

export function useInvitationActs(): {
  invite: Act<{ email: string; role: Role; language: Language }, CreatedInvitation>
  takeBack: Act<Invitation, void>
} {
  const { client } = useAccount()
  const refresh = [keys.invitations]
  return {
    invite: useAct({
      run: (request: { email: string; role: Role; language: Language }) => client.admin.invite(request),
      refresh,
      done: () => t('Invited'),
      ownFaults: true,
    }),
    takeBack: useAct({
      run: ({ id }: Invitation) => client.admin.takeBackInvitation(id),
      refresh,
      done: () => t('Invitation taken back'),
    }),
  }
}

/** Links that are handed over by hand, and the end of a second step whose phone is lost. */
export function useUserLinks(): {
  password: Act<AdminUser, AccountLink>
  signIn: Act<AdminUser, AccountLink>
  takeOffTwoStep: Act<AdminUser, void>
} {
  const { client } = useAccount()
  return {
    password: useAct({ run: ({ id }: AdminUser) => client.admin.makePasswordLink(id), refresh: [] }),
    signIn: useAct({ run: ({ id }: AdminUser) => client.admin.makeSignInLink(id), refresh: [] }),
    takeOffTwoStep: useAct({
      run: ({ id }: AdminUser) => client.admin.takeOffTwoStep(id),
      refresh: [keys.allUsers],
      done: () => t('Two-step sign-in is off.'),
    }),
  }
}
