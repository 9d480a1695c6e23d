/** One field for both: a name with an at sign is an email address. */
export function nameOf(text: string): { email: string } | { username: string } {
  const name = text.trim()
  return name.includes('@') ? { email: name } : { username: name }
}
