import type { ImagePages } from './image-cache.ts'

/** The list with these images, in the order they have in it, in front of another, or at its end where that is null. */
export function movedBefore(pages: ImagePages, ids: ReadonlySet<string>, before: string | null): ImagePages {
  const moved = pages.pages.flatMap(({ items }) => items.filter(({ id }) => ids.has(id)))
  const last = pages.pages.length - 1
  return {
    ...pages,
    pages: pages.pages.map((page, index) => {
      const left = page.items.filter(({ id }) => !ids.has(id))
      const at = left.findIndex(({ id }) => id === before)
      if (at !== -1) return { ...page, items: left.toSpliced(at, 0, ...moved) }
      if (before === null && index === last) return { ...page, items: [...left, ...moved] }
      return left.length === page.items.length ? page : { ...page, items: left }
    }),
  }
}

/**
 * In front of which image those that are moved come to stand, a step forwards or back; undefined where they are at that end
 * already. What stands between them is passed over as one.
 */
export function stepOf(
  order: readonly string[],
  ids: ReadonlySet<string>,
  direction: 1 | -1,
): string | null | undefined {
  const places = order.flatMap((id, at) => (ids.has(id) ? [at] : []))
  const [first, last] = [places[0], places.at(-1)]
  if (first === undefined || last === undefined) return undefined
  if (direction === -1) return first === 0 ? undefined : order[first - 1]
  return last === order.length - 1 ? undefined : (order[last + 2] ?? null)
}
