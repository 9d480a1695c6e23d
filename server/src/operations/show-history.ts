import { type History, layerNames, type Priority, prioritySchema } from '@rendition/contract'
import type { Measured } from './store/minutes.ts'

/** Seconds of a step: some seventy to a hundred of them in a plot. */
export const stepFor = (hours: number): number => (hours <= 1 ? 60 : hours <= 6 ? 300 : 900)

/** What was measured, by what it is of. */
export function historyOf(rows: readonly Measured[], from: Date, to: Date, stepSeconds: number): History {
  const named = (kind: string): Map<string, Measured[]> => {
    const found = new Map<string, Measured[]>()
    for (const row of rows) {
      if (!row.name.startsWith(`${kind}:`)) continue
      const name = row.name.slice(kind.length + 1)
      found.set(name, [...(found.get(name) ?? []), row])
    }
    return found
  }
  const finished = named('finished')
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    stepSeconds,
    parts: [...named('part')].map(([part, points]) => ({
      part,
      points: points.map(({ minute, looks, failed, total, most }) => ({
        at: timeOf(minute),
        looks,
        failed,
        averageMs: average(total, looks),
        mostMs: most,
      })),
    })),
    layers: layersBy(named('layer')),
    lanes: [...named('waiting')].flatMap(([lane, points]) => {
      const known = prioritySchema.safeParse(lane)
      return known.success ? [laneOf(known.data, points, finished.get(lane) ?? [])] : []
    }),
  }
}

function laneOf(
  lane: Priority,
  waiting: readonly Measured[],
  finished: readonly Measured[],
): History['lanes'][number] {
  const ended = new Map(finished.map(({ minute, total, looks }) => [minute, average(total, looks)]))
  return {
    lane,
    points: waiting.map(({ minute, total, looks }) => ({
      at: timeOf(minute),
      waiting: average(total, looks),
      finished: ended.get(minute) ?? 0,
    })),
  }
}

function layersBy(layers: ReadonlyMap<string, readonly Measured[]>): History['layers'] {
  const steps = new Map<number, History['layers'][number]>()
  for (const layer of layerNames) {
    for (const { minute, total } of layers.get(layer) ?? []) {
      const step = steps.get(minute) ?? { at: timeOf(minute), memory: 0, cache: 0, storage: 0, render: 0 }
      steps.set(minute, { ...step, [layer]: Math.round(total) })
    }
  }
  return [...steps].sort(([a], [b]) => a - b).map(([, step]) => step)
}

const timeOf = (ms: number): string => new Date(ms).toISOString()
const average = (total: number, looks: number): number =>
  looks === 0 ? 0 : Math.round((total / looks) * 100) / 100
