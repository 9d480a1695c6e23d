import { type Client, createClient, storedTokens, type TokenStore } from '@rendition/client'

/** Kept in this browser until signing out, and shared by its tabs. */
export const tokens: TokenStore = storedTokens(localStorage)

/** Answers are held to the contract while developing; the schemas are not part of the built page. */
const check = import.meta.env.DEV ? (await import('@rendition/client/check-shape')).checkShape : undefined

/** A client whose session is kept in `store`. */
export function openClient(store: TokenStore, fetchImpl: typeof fetch = fetch.bind(globalThis)): Client {
  const options = { tokens: store, fetch: fetchImpl }
  return createClient(check === undefined ? options : { ...options, check })
}

/** For signing in. Whatever an account asks goes by the account's own client. */
export const guest = openClient(tokens)
