/** What a link gives in these presets, with the original files or without. */
export const withOriginals = (presets: readonly string[], originals: boolean): string[] => [
  ...presets,
  ...(originals ? ['original'] : []),
]
