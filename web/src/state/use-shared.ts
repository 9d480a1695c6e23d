import { useEffect, useState, useSyncExternalStore } from 'react'
import { guest } from './client.ts'
import { createGuestSender } from './guest-sender.ts'
import { createSharedStore, isMaking, type SharedState, type SharedStore } from './shared.ts'

const askEveryMs = 2_000
/** After that whoever wants to see more loads the page anew: what is not made by now failed. */
const mostAsked = 30

/** The share of this address; key what uses it by the token. */
export function useShared(token: string): [SharedState, SharedStore] {
  const [store] = useState(() =>
    createSharedStore({
      pages: guest.shared,
      send: createGuestSender(token),
      token,
      passes: window.sessionStorage,
    }),
  )
  const state = useSyncExternalStore(store.subscribe, store.state)
  useEffect(() => void store.load(), [store])

  const making = state.sending === null && isMaking(state)
  useEffect(() => {
    if (!making) return
    let asked = 0
    const timer = setInterval(() => {
      asked += 1
      if (asked >= mostAsked) clearInterval(timer)
      void store.refresh()
    }, askEveryMs)
    return () => clearInterval(timer)
  }, [making, store])
  return [state, store]
}
