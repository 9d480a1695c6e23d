import type { AccountDetails } from '@rendition/contract'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react'
import { type Account, createAccounts, type OpenAccount, type SessionEnd } from './accounts.ts'
import { createBrowserKeeper, forgetUploads } from './browser-keeper.ts'
import { openClient, tokens } from './client.ts'
import { forgetDrafts } from './drafts.ts'
import { createFetchedSender } from './fetched-sender.ts'
import { isOnline } from './online.ts'
import { createQueryCache, keys } from './query-cache.ts'
import { forgetSeen } from './seen.ts'
import { forgetSharedFiles } from './shared-cache.ts'

const accounts = createAccounts({
  tokens,
  openClient,
  fetch: fetch.bind(globalThis),
  online: isOnline,
  openSender: (client) => createFetchedSender(client, `${window.location.origin}/api/uploads`),
  openKeeper: createBrowserKeeper,
  forgetOthers: (allBut) => {
    void forgetUploads(allBut)
    // A browser that keeps nothing has nothing to forget.
    forgetSeen(allBut).catch(() => undefined)
    forgetDrafts(localStorage, allBut)
  },
})

let lastUser = accounts.current()?.account.userId
accounts.subscribe(() => {
  // What was shared while somebody was signed in is for nobody else; for who signs in to take it, it waits.
  if (lastUser !== undefined) forgetSharedFiles().catch(() => undefined)
  lastUser = accounts.current()?.account.userId
})

/** A page that was frozen (Back and Forward) hears nothing of other tabs, and no event tells what is cleared by hand. */
const lookEveryMs = 1000
setInterval(accounts.check, lookEveryMs)
for (const type of ['pageshow', 'focus']) window.addEventListener(type, accounts.check)
document.addEventListener('visibilitychange', accounts.check)

/** Who is signed in, in this tab or another; null when nobody is. */
export function useOpenAccount(): OpenAccount | null {
  return useSyncExternalStore(accounts.subscribe, accounts.current)
}

/** How the last session ended, where its owner did not end it here. */
export function useSessionEnd(): SessionEnd | null {
  return useSyncExternalStore(accounts.subscribe, accounts.lastEnd)
}

const AccountContext = createContext<Account | null>(null)

/** What is inside belongs to one account, or to nobody. Key it by the account: it does not change to another. */
export function AccountScope({ open, children }: { open: OpenAccount | null; children: ReactNode }) {
  // Nobody's holds the sign-in alone, and goes with it: the answer names the account.
  const [queries] = useState(() => open?.queries ?? createQueryCache())
  return (
    <AccountContext value={open?.account ?? null}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </AccountContext>
  )
}

/** The account that this part of the page belongs to; null where nobody is signed in. */
export function useAccountIfAny(): Account | null {
  return useContext(AccountContext)
}

/** The account that this part of the page belongs to. It stays the same for as long as the part is shown. */
export function useAccount(): Account {
  const account = useAccountIfAny()
  if (account === null) throw new Error('Nobody is signed in here.')
  return account
}

/** Whether the user may change anything; so it is taken to be until the service has said. Viewers only look. */
export function useMayChange(): boolean {
  return useUser()?.role !== 'viewer'
}

/** The signed-in user; undefined until known. */
export function useUser(): AccountDetails | undefined {
  const { client, seen } = useAccount()
  const { data } = useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => seen.or(keys.me, () => client.auth.me({ signal })),
    staleTime: 5 * 60_000,
  })
  return data
}
