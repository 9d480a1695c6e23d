import type { JobRecord } from '../types.ts'

/** Of one act on many, an entry in the audit for each owner: each is told of the own alone. */
export function ofEachOwner(jobs: readonly JobRecord[]): Iterable<readonly [JobRecord, ...JobRecord[]]> {
  const each = new Map<string, [JobRecord, ...JobRecord[]]>()
  for (const job of jobs) {
    const those = each.get(job.ownerId)
    if (those === undefined) each.set(job.ownerId, [job])
    else those.push(job)
  }
  return each.values()
}
