import type { SavedSearch, SavedSearchChange, SavedSearchList, SavedSearchRequest } from '@rendition/contract'
import type { Asking } from './asking.ts'
import type { Transport } from './transport.ts'

/** Searches that the account keeps under names. */
export interface Searches {
  /** All of them, by name. */
  list(asking?: Asking): Promise<SavedSearchList>
  save(request: SavedSearchRequest, asking?: Asking): Promise<SavedSearch>
  change(id: string, change: SavedSearchChange, asking?: Asking): Promise<SavedSearch>
  remove(id: string, asking?: Asking): Promise<void>
}

export function createSearches({ json, send }: Transport): Searches {
  const root = '/api/searches'
  const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`
  return {
    list: ({ signal } = {}) => json('SavedSearchList', { method: 'GET', path: root, signal }),
    save: (body, { signal } = {}) => json('SavedSearch', { method: 'POST', path: root, body, signal }),
    change: (id, body, { signal } = {}) =>
      json('SavedSearch', { method: 'PATCH', path: pathOf(id), body, signal }),
    async remove(id, { signal } = {}) {
      await send({ method: 'DELETE', path: pathOf(id), signal })
    },
  }
}
