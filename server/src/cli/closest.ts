/** The candidate that somebody who typed `word` most likely meant; null where none is near. */
export function closest(word: string, candidates: readonly string[]): string | null {
  const typed = word.toLowerCase()
  const reach = 1 + Math.floor(typed.length / 4)
  let best: { candidate: string; distance: number } | null = null
  for (const candidate of candidates) {
    const begun = typed.length > 1 && candidate.startsWith(typed)
    const distance = begun ? 0.5 : distanceOf(typed, candidate)
    if (distance <= reach && (best === null || distance < best.distance)) best = { candidate, distance }
  }
  return best?.candidate ?? null
}

/** Letters to add, drop, replace or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const steps = [changed, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) steps.push((before[j - 2] ?? 0) + 1)
      row.push(Math.min(...steps))
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
