/** What is selected of the gallery's list. */
export interface SelectionState {
  readonly ids: ReadonlySet<string>
  /** All of the list was asked for, and some of it is not loaded yet. */
  readonly growing: boolean
}

export interface Selection {
  subscribe(listener: () => void): () => void
  snapshot(): SelectionState
  /** Takes an image in or out; with `range`, everything from the last one touched to this. */
  toggle(id: string, range: boolean): void
  /** The whole list: what is loaded now, and the rest as it comes. */
  selectAll(): void
  /** What is selected stays, and nothing comes to it by itself. */
  stopGrowing(): void
  clear(): void
  /** The list as far as it is loaded, in its order. What is no longer in it is no longer selected. */
  follow(order: readonly string[], complete: boolean): void
}

const nothing: SelectionState = { ids: new Set(), growing: false }

export function createSelection(): Selection {
  let state = nothing
  let order: readonly string[] = []
  let complete = true
  let anchor: string | null = null
  const listeners = new Set<() => void>()

  const set = (ids: ReadonlySet<string>, growing: boolean): void => {
    const same = ids.size === state.ids.size && [...ids].every((id) => state.ids.has(id))
    if (same && growing === state.growing) return
    state = { ids: same ? state.ids : ids, growing }
    for (const listener of listeners) listener()
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => state,
    toggle(id, range) {
      const from = anchor === null ? -1 : order.indexOf(anchor)
      const to = order.indexOf(id)
      const next = new Set(state.ids)
      if (range && from !== -1 && to !== -1) {
        for (const between of order.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(between)
      } else if (!next.delete(id)) next.add(id)
      anchor = id
      set(next, false)
    },
    selectAll: () => set(new Set(order), !complete),
    stopGrowing: () => set(state.ids, false),
    clear: () => set(nothing.ids, false),
    follow(nextOrder, nextComplete) {
      order = nextOrder
      complete = nextComplete
      if (state.ids.size === 0 && !state.growing) return
      const present = new Set(order)
      // What is added to a complete list later, by an upload say, was not meant.
      if (state.growing) set(present, !complete)
      else set(new Set([...state.ids].filter((id) => present.has(id))), false)
    },
  }
}
