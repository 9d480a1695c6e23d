const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** `2024`, `2024-05` or `2024-05-01` as its first day and the first one behind it; null for what is none. */
export function periodOf(text: string): { from: string; until: string } | null {
  const match = pattern.exec(text)
  if (match === null) return null
  const [year, month, day] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)))
  if (year === undefined || year < 1 || year > 9998) return null
  const from = new Date(0)
  from.setUTCFullYear(year, (month ?? 1) - 1, day ?? 1)
  if (dayOf(from) !== `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}`) return null
  const until = new Date(from)
  if (day !== undefined) until.setUTCDate(until.getUTCDate() + 1)
  else if (month !== undefined) until.setUTCMonth(until.getUTCMonth() + 1)
  else until.setUTCFullYear(year + 1)
  return { from: dayOf(from), until: dayOf(until) }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
