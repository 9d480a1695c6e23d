/** What was chosen of the presets that there are; all of it while nobody knows which there are. */
export const stillThere = (
  chosen: readonly string[],
  names: readonly string[] | undefined,
): readonly string[] => (names === undefined ? chosen : chosen.filter((name) => names.includes(name)))
