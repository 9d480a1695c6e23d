import { formatSizeName } from '../format.ts'

/** What was chosen of the presets that there are; all of it while nobody knows which there are. */
export const stillThere = (
  chosen: readonly string[],
  names: readonly string[] | undefined,
): readonly string[] => (names === undefined ? chosen : chosen.filter((name) => names.includes(name)))

/** Which sizes a link gives, in words; null where it gives every preset. Of none guests see nothing. */
export function givenSizes(sizes: readonly string[], names: readonly string[] | undefined): string[] | null {
  if (names === undefined) return null
  const given = [...names, 'original'].filter((name) => sizes.includes(name))
  const isEvery = given.length > 0 && names.every((name) => sizes.includes(name))
  return isEvery ? null : given.map(formatSizeName)
}
