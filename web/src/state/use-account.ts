import type {
  AccountChange,
  AccountDetails,
  ApiKey,
  ApiKeyRequest,
  CreatedApiKey,
  Session,
} from '@rendition/contract'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { type EntryFilter, entryQueryOf } from './entry-filter.ts'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

const pageSize = 50

/** The account's signed-in devices. */
export function useSessions() {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.sessions,
    queryFn: ({ pageParam, signal }) =>
      client.account.sessions(
        { limit: pageSize, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 30_000,
  })
}

/** The account's API keys. */
export function useKeys() {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.apiKeys,
    queryFn: ({ pageParam, signal }) =>
      client.keys.list(
        { limit: pageSize, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 30_000,
  })
}

/** What the account has and uses; asked again while it is looked at. */
export function useUsage(days: number) {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.usage(days),
    queryFn: ({ signal }) => client.account.usage({ days }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
}

/** What was done by the account, to it and to what is its. */
export function useActivity(filter: EntryFilter) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.activity(filter),
    queryFn: ({ pageParam, signal }) =>
      client.account.activity(
        {
          limit: pageSize,
          ...entryQueryOf(filter),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 15_000,
  })
}

export function useEndSession(): Act<Session, void> {
  const { client } = useAccount()
  return useAct({
    run: ({ id }: Session) => client.account.endSession(id),
    refresh: [keys.sessions],
    done: () => t('Device signed out'),
  })
}

/** A change of names or of the password; its faults stand beside the fields. */
export function useChangeAccount(what: string): Act<AccountChange, AccountDetails> {
  const { client } = useAccount()
  return useAct({
    run: (change: AccountChange) => client.account.change(change),
    refresh: [keys.me, keys.sessions, keys.apiKeys],
    done: () => t('{what} changed', { what }),
    ownFaults: true,
  })
}

export function useCreateKey(): Act<ApiKeyRequest, CreatedApiKey> {
  const { client } = useAccount()
  return useAct({
    run: (request: ApiKeyRequest) => client.keys.create(request),
    refresh: [keys.apiKeys],
    done: ({ name }) => t('Key “{name}” made', { name }),
    ownFaults: true,
  })
}

export function useEndKey(): Act<ApiKey, void> {
  const { client } = useAccount()
  return useAct({
    run: ({ id }: ApiKey) => client.keys.remove(id),
    refresh: [keys.apiKeys],
    done: (_, { name }) => t('Key “{name}” ended', { name }),
  })
}

/** Erases the account; the page leaves it in the same moment. */
export function useEraseAccount(): Act<void, void> {
  const { client, signOut } = useAccount()
  return useAct({
    run: async () => {
      const receipt = await client.account.erase()
      // The session has ended with the account, so the service has nothing to be told.
      await signOut().catch(() => undefined)
      // Behind the `#`, which no server is sent. Nothing of the account is left that could take it there.
      if (receipt !== null) window.location.replace(`/receipt#${receipt}`)
    },
    refresh: [keys.me],
    done: () => t('Account erased'),
  })
}
