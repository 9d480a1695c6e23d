import { isFailure } from '@rendition/contract'
import type { Attempt } from '../../jobs/index.ts'
import type { QualityCurve } from '../../rendering/port.ts'
import type { VersionFacts } from '../types.ts'
import type { WorkDeps } from './work-plan.ts'

/** The curve of an original that was rendered before; null where it cannot be measured now. */
export async function measureOriginal(
  { storage, rendering, config }: WorkDeps,
  { job, signal }: Attempt,
  { original }: Pick<VersionFacts, 'original'>,
): Promise<QualityCurve | null> {
  await using file = await storage.open(original.key, { signal })
  const { width, height, frames } = original
  try {
    const { curve } = await rendering.render(
      { source: { file: file.path }, outputs: [], measure: true },
      {
        timeoutMs: config.renderTimeoutMs,
        lane: job.priority,
        signal,
        size: { width, height, frames },
      },
    )
    return curve ?? null
  } catch (error) {
    // Its presets are asked for all the same, and say what is wrong
    if (isFailure(error)) return null
    throw error
  }
}
