/** The value that a share of all lies at or under. */
export function quantile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}

export const median = (list: readonly number[]): number => quantile(list, 0.5)

/** Bytes as whole MiB. */
export const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0)
