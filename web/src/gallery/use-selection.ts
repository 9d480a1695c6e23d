import { useCallback, useMemo, useState } from 'react'

export interface Selection {
  ids: ReadonlySet<string>
  /** Takes an image in or out; with `range`, everything from the last one touched to this. */
  toggle(id: string, range: boolean): void
  selectAll(): void
  clear(): void
}

/** `order` is the gallery's order, loaded so far. Images that have gone drop out by themselves. */
export function useSelection(order: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [anchor, setAnchor] = useState<string | null>(null)

  const ids = useMemo(() => {
    const present = new Set(order)
    return new Set([...chosen].filter((id) => present.has(id)))
  }, [chosen, order])

  const toggle = useCallback(
    (id: string, range: boolean) => {
      const from = anchor === null ? -1 : order.indexOf(anchor)
      const to = order.indexOf(id)
      setAnchor(id)
      setChosen((before) => {
        const next = new Set(before)
        if (range && from !== -1 && to !== -1) {
          for (const between of order.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(between)
        } else if (!next.delete(id)) next.add(id)
        return next
      })
    },
    [anchor, order],
  )
  const selectAll = useCallback(() => setChosen(new Set(order)), [order])
  const clear = useCallback(() => setChosen(new Set()), [])
  return useMemo(() => ({ ids, toggle, selectAll, clear }), [ids, toggle, selectAll, clear])
}
