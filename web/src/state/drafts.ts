/** What is begun and not saved: edits by the image they are of, and the one that was copied. Of one account, in this browser. */
export interface Drafts {
  /** What was written under a name, as it stood in the store: nobody vouches for its shape. */
  read(name: string): unknown
  /** null forgets it. Gives whether it is kept: not where the browser refuses, and not once the account has ended. */
  write(name: string, value: object | null): boolean
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const prefix = 'rendition.drafts.'
/** The oldest go first. An edit has 32 steps at most, and seldom more than some hundred characters. */
const mostKept = 30
const mostCharacters = 20_000

type Kept = Record<string, unknown>

/** The drafts of one account, for as long as it is signed in. Tabs share them: what was written last counts. */
export function openDrafts(store: Store, owner: string, ended: AbortSignal): Drafts {
  const key = `${prefix}${owner}`
  return {
    read: (name) => (ended.aborted ? undefined : readAll(store, key)[name]),
    write(name, value) {
      if (ended.aborted) return false
      const { [name]: _before, ...others } = readAll(store, key)
      const entries = Object.entries(others)
      if (value !== null && JSON.stringify(value).length <= mostCharacters) entries.push([name, value])
      try {
        if (entries.length === 0) store.removeItem(key)
        else store.setItem(key, JSON.stringify(Object.fromEntries(entries.slice(-mostKept))))
        return value !== null && entries.at(-1)?.[0] === name
      } catch {
        return false
      }
    },
  }
}

/** Removes what is kept: of all accounts but one. */
export function forgetDrafts(store: Store, allBut: string | null): void {
  try {
    const keys = Array.from({ length: store.length }, (_, n) => store.key(n) ?? '')
    for (const key of keys)
      if (key.startsWith(prefix) && key !== `${prefix}${allBut ?? ''}`) store.removeItem(key)
  } catch {
    // The browser refuses to keep anything, then there is nothing.
  }
}

function readAll(store: Store, key: string): Kept {
  try {
    const value: unknown = JSON.parse(store.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Kept) : {}
  } catch {
    return {}
  }
}
