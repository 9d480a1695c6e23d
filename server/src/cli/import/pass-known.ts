import { allOf, outcomeOf, sourcesOf, standingOf } from './known.ts'
import type { ManifestEntry } from './manifest.ts'
import { patiently } from './patiently.ts'
import type { TakeImageParts } from './take-image.ts'
import type { Outcome } from './tally.ts'

/** Looked for at once: beyond some hundred the way to the database is no longer what it takes. */
const atOnce = 500

/**
 * Tells what an earlier run took by one look for many, and passes on what is to be taken: a run that goes on is soon where the
 * last one ended. Throws what `patiently` does not outlast.
 */
export async function* passKnown(
  parts: Pick<TakeImageParts, 'ingest' | 'originals' | 'how' | 'pauses' | 'signal'>,
  entries: AsyncIterable<ManifestEntry | Outcome>,
): AsyncGenerator<ManifestEntry | Outcome> {
  for await (const batch of batchesOf(entries)) {
    parts.signal.throwIfAborted()
    yield* await patiently(parts, () => judged(parts, batch))
  }
}

async function judged(
  { ingest, originals, how }: Pick<TakeImageParts, 'ingest' | 'originals' | 'how'>,
  batch: readonly (ManifestEntry | Outcome)[],
): Promise<(ManifestEntry | Outcome)[]> {
  const accounts = new Map<string, string | null>()
  const asked: { entry: ManifestEntry; accountId: string | null }[] = []
  for (const entry of batch) {
    if ('is' in entry) continue
    const owner = entry.owner ?? how.owner ?? null
    if (owner !== null && !accounts.has(owner))
      accounts.set(owner, (await ingest.findAccount(owner))?.id ?? null)
    asked.push({ entry, accountId: owner === null ? null : (accounts.get(owner) ?? null) })
  }
  const made = await ingest.uploads.imported(
    asked.flatMap(({ entry, accountId }) => allOf(sourcesOf(originals.place, entry, accountId))),
  )
  const told = new Map<ManifestEntry, Outcome>()
  for (const { entry, accountId } of asked) {
    const sources = sourcesOf(originals.place, entry, accountId)
    const standing = standingOf(made, sources, entry, accountId)
    if ('imageId' in standing) told.set(entry, outcomeOf(entry, 'known', { facts: standing }))
  }
  return batch.map((entry) => ('is' in entry ? entry : (told.get(entry) ?? entry)))
}

/** What came before a list broke off is taken; then it is told. */
async function* batchesOf<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = []
  let broken: { error: unknown } | null = null
  try {
    for await (const item of items) {
      batch.push(item)
      if (batch.length < atOnce) continue
      yield batch
      batch = []
    }
  } catch (error) {
    broken = { error }
  }
  if (batch.length > 0) yield batch
  if (broken !== null) throw broken.error
}
