import type { ImageFacets } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import { countFacets, type FacetCount, readFacets } from '../store/facets.ts'
import type { ImageConditions } from '../store/image-filter.ts'

export interface FacetsFilter extends ImageConditions {
  tagPrefix?: string | undefined
}

/** What an owner has, by month, camera, type and tag: of everything that lists show, or of what a search means. */
export async function showFacets(
  db: Queryable,
  ownerId: string,
  { tagPrefix = '', ...conditions }: FacetsFilter,
): Promise<ImageFacets> {
  if (!isEverything(conditions)) {
    const { counts, total, complete } = await countFacets(db, ownerId, conditions, tagPrefix)
    return { total, complete, ...facetsOf(counts) }
  }
  const counts = await readFacets(db, ownerId, tagPrefix)
  const facets = facetsOf(counts)
  const total = facets.years.reduce((sum, { count }) => sum + count, 0)
  return { total, complete: true, ...facets }
}

/** What is counted already: a list that nothing was said of. */
const isEverything = ({ archived, q, ...others }: ImageConditions): boolean =>
  (archived ?? 'false') === 'false' &&
  !q &&
  Object.values(others).every((value) => value === undefined || value === false || value === 0)

function facetsOf(counts: readonly FacetCount[]): Omit<ImageFacets, 'total' | 'complete'> {
  const of = (kind: FacetCount['kind']) =>
    counts.filter((each) => each.kind === kind).map(({ value, count }) => ({ value, count }))
  const years = new Map<number, ImageFacets['years'][number]>()
  for (const { value, count } of of('month').sort((one, other) => (one.value < other.value ? 1 : -1))) {
    const [year = 0, month = 1] = value.split('-').map(Number)
    const found = years.get(year) ?? { year, count: 0, months: [] }
    found.count += count
    found.months.push({ month, count })
    years.set(year, found)
  }
  return { years: [...years.values()], cameras: of('camera'), types: of('type'), tags: of('tag') }
}
