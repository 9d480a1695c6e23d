import type { Receipt } from '@rendition/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import { guest } from './client.ts'
import { keys } from './query-cache.ts'

const pageSize = 50
/** A receipt is signed a minute after the deletion: whoever waits for it sees it come. */
const lookMs = 5_000

/** What was erased for good: the account's, or of everybody the erased accounts. */
export function useReceipts(of: 'mine' | 'accounts') {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.receipts(of),
    queryFn: ({ pageParam, signal }) =>
      client.receipts.list(
        {
          limit: pageSize,
          ...(of === 'accounts' ? { of: 'everyone' as const, kind: 'account' as const } : {}),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: lookMs,
  })
}

/** The receipt of an account that is gone, by its secret; asked for until it is there. */
export function useClaimedReceipt(token: string) {
  return useQuery<Receipt>({
    queryKey: keys.receipt(token),
    queryFn: ({ signal }) => guest.receipts.claim(token, { signal }),
    enabled: token !== '',
    refetchInterval: ({ state }) => (state.data?.jws ? false : lookMs),
  })
}
