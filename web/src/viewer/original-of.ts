import type { Image, Version } from '@rendition/contract'

/** What the original is and what the picture has become: of both, only what is true of it. */
export function originalOf(
  image: Image,
  versions: readonly Version[] | undefined,
): { width: number; height: number; edited: boolean } | null {
  const source = versions?.find(({ cause }) => cause === 'upload' || cause === 'replace')
  if (source === undefined) return image.version === 1 ? { ...sizeOf(image), edited: false } : null
  const { width, height } = source
  const current = versions?.find((version) => version.current)
  return { width, height, edited: current !== undefined && current.recipe !== null }
}

const sizeOf = ({ width, height }: Image) => ({ width, height })
