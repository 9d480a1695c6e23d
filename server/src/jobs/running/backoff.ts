/**
 * The pause before attempt `attempts + 1`: four times as long each time, capped, and between half and all of it at
 * random, so that jobs which failed together do not come back together.
 */
export function backoffMs(
  attempts: number,
  config: { backoffMs: number; backoffMaxMs: number },
  random: () => number = Math.random,
): number {
  const full = Math.min(config.backoffMs * 4 ** Math.max(0, attempts - 1), config.backoffMaxMs)
  return full / 2 + (random() * full) / 2
}

/** The pause while a part of the service is away: a quarter of the job's age, within the same bounds. */
export function outageMs(
  ageMs: number,
  config: { backoffMs: number; backoffMaxMs: number },
  random: () => number = Math.random,
): number {
  const full = Math.min(Math.max(config.backoffMs, ageMs / 4), config.backoffMaxMs)
  return full / 2 + (random() * full) / 2
}
