/** A signed-in session as it is kept. */
export interface Tokens {
  /** Whose session it is. */
  userId: string
  accessToken: string
  refreshToken: string
  /** Milliseconds since 1970 by the local clock, so a wrong clock does no harm. */
  expiresAt: number
}

/** Where a session lives. `subscribe` tells of changes made here and, where storage is shared, by other tabs. */
export interface TokenStore {
  read(): Tokens | null
  write(tokens: Tokens | null): void
  subscribe(listener: () => void): () => void
}

/** Kept until the process or page ends. */
export function memoryTokens(initial: Tokens | null = null): TokenStore {
  let tokens = initial
  const listeners = new Set<() => void>()
  return {
    read: () => tokens,
    write(next) {
      tokens = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Kept in `localStorage` or the like, and shared by every tab of the origin. */
export function storedTokens(storage: Storage, key = 'rendition.session'): TokenStore {
  const listeners = new Set<() => void>()
  const notify = (): void => {
    for (const listener of listeners) listener()
  }
  const onStorage = (event: StorageEvent): void => {
    if (event.key === key || event.key === null) notify()
  }
  // One value for one text, so that a store of a user interface sees no change where there is none.
  let lastText: string | null = null
  let lastTokens: Tokens | null = null
  return {
    read() {
      const text = storage.getItem(key)
      if (text !== lastText) {
        lastText = text
        lastTokens = parseTokens(text)
      }
      return lastTokens
    },
    write(tokens) {
      if (tokens === null) storage.removeItem(key)
      else storage.setItem(key, JSON.stringify(tokens))
      notify()
    },
    subscribe(listener) {
      if (listeners.size === 0) globalThis.addEventListener?.('storage', onStorage)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) globalThis.removeEventListener?.('storage', onStorage)
      }
    },
  }
}

/**
 * A store as far as it holds this account's session: another one is neither read nor overwritten, and one that has ended
 * does not come back. For what must never go on as whoever signs in next.
 */
export function tokensOf(store: TokenStore, userId: string): TokenStore {
  const read = (): Tokens | null => {
    const tokens = store.read()
    return tokens?.userId === userId ? tokens : null
  }
  return {
    read,
    write(tokens) {
      if (read() !== null) store.write(tokens)
    },
    subscribe: store.subscribe,
  }
}

function parseTokens(text: string | null): Tokens | null {
  if (text === null) return null
  try {
    const value = JSON.parse(text) as Partial<Tokens>
    const { userId, accessToken, refreshToken, expiresAt } = value
    if (typeof userId !== 'string' || typeof accessToken !== 'string' || typeof refreshToken !== 'string') {
      return null
    }
    return { userId, accessToken, refreshToken, expiresAt: typeof expiresAt === 'number' ? expiresAt : 0 }
  } catch {
    return null
  }
}
