import { type Client, createClient, storedTokens, type TokenStore } from '@rendition/client'
import { currentLocale } from '../languages/language.ts'

/** Kept in this browser until signing out, and shared by its tabs. */
export const tokens: TokenStore = storedTokens(localStorage)

/** Answers are held to the contract while developing; the schemas are not part of the built page. */
const check = import.meta.env.DEV ? (await import('@rendition/client/check-shape')).checkShape : undefined

/** In the language of the page, which may be another than the browser's: mails to who signs in follow it. */
const speaking =
  (fetchImpl: typeof fetch): typeof fetch =>
  (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('accept-language', currentLocale())
    return fetchImpl(input, { ...init, headers })
  }

/** A client whose session is kept in `store`. */
export function openClient(store: TokenStore, fetchImpl: typeof fetch = fetch.bind(globalThis)): Client {
  const options = { tokens: store, fetch: speaking(fetchImpl) }
  return createClient(check === undefined ? options : { ...options, check })
}

/** For signing in. Whatever an account asks goes by the account's own client. */
export const guest = openClient(tokens)
