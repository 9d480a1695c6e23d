import { createClient, storedTokens, type TokenStore } from '@rendition/client'

/** Kept in this browser until signing out, and shared by its tabs. */
export const tokens: TokenStore = storedTokens(localStorage)

/** Answers are held to the contract while developing; the schemas are not part of the built page. */
const check = import.meta.env.DEV ? (await import('@rendition/client/check-shape')).checkShape : undefined

export const client = createClient(check === undefined ? { tokens } : { tokens, check })
