import { isProblem } from '@rendition/client'
import type { SavedSearch, SavedSearchRequest } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { FaultInWords } from './explain-error.ts'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

const freshMs = 60_000

/** What the account keeps, by name; undefined until known, or where nobody asks. */
export function useSavedSearches(wanted = true): readonly SavedSearch[] | undefined {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.savedSearches,
    queryFn: ({ signal }) => client.searches.list({ signal }),
    staleTime: freshMs,
    enabled: wanted,
    // No event tells of them: what another tab or device did is there when one comes back to this one.
    refetchOnWindowFocus: 'always',
  }).data?.items
}

/** Keeps a search, gives it another name, forgets it. Faults stand beside the name that was typed. */
export function useSavedSearchActs(): {
  save: Act<SavedSearchRequest, SavedSearch>
  rename: Act<{ id: string; name: string }, SavedSearch>
  forget: Act<SavedSearch, void>
} {
  const { client } = useAccount()
  const refresh = [keys.savedSearches]
  return {
    save: useAct({
      run: (search: SavedSearchRequest) => client.searches.save(search).catch(inWords),
      refresh,
      done: ({ name }: SavedSearch) => t('Search saved as “{name}”', { name }),
      ownFaults: true,
    }),
    rename: useAct({
      run: ({ id, name }: { id: string; name: string }) =>
        client.searches.change(id, { name }).catch(inWords),
      refresh,
      done: ({ name }: SavedSearch) => t('Search saved as “{name}”', { name }),
      ownFaults: true,
    }),
    forget: useAct({
      run: ({ id }: SavedSearch) =>
        client.searches.remove(id).catch((error: unknown) => {
          // Another tab was faster: it is gone, as was wanted.
          if (!isProblem(error) || error.code !== 'not_found') throw error
        }),
      refresh,
      done: (_, { name }) => t('Saved search “{name}” forgotten', { name }),
      ownFaults: true,
    }),
  }
}

/** The codes are of any object; what they mean of a search can be said. */
function inWords(error: unknown): never {
  if (isProblem(error) && error.code === 'conflict')
    throw new FaultInWords(t('Another saved search has this name.'))
  if (isProblem(error) && error.code === 'quota_exceeded')
    throw new FaultInWords(t('No more searches can be kept: forget one to save another.'))
  if (isProblem(error) && error.code === 'not_found')
    throw new FaultInWords(t('This saved search is gone, by another tab or device.'))
  throw error
}
