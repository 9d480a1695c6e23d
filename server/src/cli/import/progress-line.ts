/** How far an import is. */
export interface Progress {
  /** Records by what became of them. */
  counts: ReadonlyMap<string, number>
  /** Of all; null while it is not known. */
  total: number | null
  /** Milliseconds that went to what no earlier run took. */
  ms: number
}

/** Few enough for a terminal of 80 columns to show what comes behind. */
const cells = 10

/** A bar with what is left of it and of the time, or the counts alone while nobody knows how many come. */
export function progressLine({ counts, total, ms }: Progress): string {
  const what = [...counts].map(([name, count]) => `${count} ${name}`).join(', ')
  if (total === null || total === 0) return what
  const done = Math.min(
    total,
    [...counts.values()].reduce((sum, count) => sum + count, 0),
  )
  const full = Math.floor((cells * done) / total)
  const percent = Math.floor((100 * done) / total)
  const bar = `[${'#'.repeat(full)}${'-'.repeat(cells - full)}] ${percent} % of ${total}`
  const taken = done - (counts.get('known') ?? 0)
  const left = taken > 0 && done < total ? `, ${timeOf(((total - done) * ms) / taken)} left` : ''
  return `${bar}${left}: ${what}`
}

function timeOf(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `${minutes} min`
  return `${Math.round(minutes / 60)} h`
}
