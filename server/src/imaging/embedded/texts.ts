/** Markup, controls, what turns the direction of what follows, and halves of letters: nothing of it is anybody's caption. */
const noText = /<[^<>]{0,200}>|[<>]|[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]+/gu

/** A text as it may be kept and shown, `longest` characters at most; null when nothing is left of it. */
export function cleanText(value: unknown, longest: number): string | null {
  if (typeof value !== 'string') return null
  const clean = value
    .slice(0, 4 * longest)
    .replace(noText, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  // Not by UTF-16 units: half of a letter is no text
  const cut = [...clean].slice(0, longest).join('').trim()
  return cut === '' ? null : cut
}
