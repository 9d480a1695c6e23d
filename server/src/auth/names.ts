/** Emails are compared in lower case, also before the at sign: no provider in use tells them apart by case. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

/**
 * What makes two usernames the same account: NFKC, then folded. Upper before lower, because only that way
 * `ß` meets `ss` and the final sigma meets the other one (Unicode's full case folding, as far as JavaScript has it).
 */
export function usernameKeyOf(username: string): string {
  return username.trim().normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/** A name to sign in with. Emails hold an at sign and usernames cannot, so either field takes either. */
export type LoginName = { email: string } | { usernameKey: string }

export function loginNameOf(name: string): LoginName {
  // PostgreSQL text cannot hold NUL; without it the name is still nobody's.
  const clean = name.replaceAll('\u0000', '\ufffd')
  return clean.includes('@') ? { email: normaliseEmail(clean) } : { usernameKey: usernameKeyOf(clean) }
}
