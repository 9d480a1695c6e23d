import { useSyncExternalStore } from 'react'
import { useAccount } from './account-scope.tsx'
import type { Selection, SelectionState } from './selection.ts'

/** The account's one selection, and what is in it. */
export function useSelection(): { selection: Selection } & SelectionState {
  const { selection } = useAccount()
  return { selection, ...useSyncExternalStore(selection.subscribe, selection.snapshot) }
}
