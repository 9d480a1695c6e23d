import { formatDate } from '../../languages/numbers.ts'

/** The beginnings of all steps between two times: also of those of which nothing is known. */
export function stepsBetween(from: string, to: string, stepSeconds: number): string[] {
  const steps: string[] = []
  for (let at = Date.parse(from); at < Date.parse(to); at += stepSeconds * 1000) {
    steps.push(new Date(at).toISOString())
  }
  return steps
}

/** What each step has, by its beginning; null where nothing was measured. */
export function byStep<Point extends { at: string }>(
  steps: readonly string[],
  points: readonly Point[],
): (Point | null)[] {
  const found = new Map(points.map((point) => [point.at, point]))
  return steps.map((at) => found.get(at) ?? null)
}

/** `14:35` */
export const clockName = (time: string): string => formatDate(time, { timeStyle: 'short' })

/** The part of answers that were not made anew; null where there was none. */
export function hitRate(layers: { memory: number; cache: number; storage: number; render: number }) {
  const { memory, cache, storage, render } = layers
  const all = memory + cache + storage + render
  return all === 0 ? null : (all - render) / all
}

/** What of the looks at a part found it well, and how long one took on the average. */
export function healthOf(points: readonly { looks: number; failed: number; averageMs: number }[]) {
  const looks = points.reduce((sum, point) => sum + point.looks, 0)
  const failed = points.reduce((sum, point) => sum + point.failed, 0)
  const ms = points.reduce((sum, point) => sum + point.averageMs * point.looks, 0)
  return looks === 0 ? null : { good: (looks - failed) / looks, failed, averageMs: ms / looks }
}
