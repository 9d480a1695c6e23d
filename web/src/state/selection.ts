/** What is selected of the gallery's list. */
export interface SelectionState {
  readonly ids: ReadonlySet<string>
  /** All of the list is meant, also what of it is not loaded; `ids` are those that are. */
  readonly whole: boolean
  /** All of the list but a few was asked for, and some of it is not loaded yet. */
  readonly growing: boolean
}

export interface Selection {
  subscribe(listener: () => void): () => void
  snapshot(): SelectionState
  /** Takes an image in or out; with `range`, everything from the last one touched to this. */
  toggle(id: string, range: boolean): void
  /** The whole list, however much of it is loaded. Once one is taken out of it, what is left is selected as it is loaded. */
  selectAll(): void
  /** What is selected stays, and nothing comes to it by itself. */
  stopGrowing(): void
  clear(): void
  /** The list as far as it is loaded, in its order. What is no longer in it is no longer selected. */
  follow(order: readonly string[], complete: boolean): void
}

const none: ReadonlySet<string> = new Set()
const nothing: SelectionState = { ids: none, whole: false, growing: false }

export function createSelection(): Selection {
  let state = nothing
  let order: readonly string[] = []
  let complete = true
  let anchor: string | null = null
  /** Taken out of the whole list, while the rest of it comes. */
  let except = new Set<string>()
  const listeners = new Set<() => void>()

  const set = (ids: ReadonlySet<string>, { whole = false, growing = false } = {}): void => {
    const same = ids.size === state.ids.size && [...ids].every((id) => state.ids.has(id))
    if (same && growing === state.growing && whole === state.whole) return
    state = { ids: same ? state.ids : ids, whole, growing }
    for (const listener of listeners) listener()
  }
  const betweenThem = (from: number, to: number) => order.slice(Math.min(from, to), Math.max(from, to) + 1)
  const others = () => new Set(order.filter((id) => !except.has(id)))

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => state,
    toggle(id, range) {
      const from = anchor === null ? -1 : order.indexOf(anchor)
      const to = order.indexOf(id)
      anchor = id
      if (state.whole || state.growing) {
        if (range) for (const between of betweenThem(from, to)) except.delete(between)
        else if (!except.delete(id)) except.add(id)
        // One that is put back makes no whole list of it again: what came to it meanwhile was not meant.
        if (state.whole && except.size === 0) return
        return set(others(), { growing: !complete })
      }
      const next = new Set(state.ids)
      if (range && from !== -1 && to !== -1) {
        for (const between of betweenThem(from, to)) next.add(between)
      } else if (!next.delete(id)) next.add(id)
      set(next)
    },
    selectAll() {
      except = new Set()
      set(new Set(order), { whole: !complete })
    },
    stopGrowing: () => set(state.ids),
    clear: () => set(none),
    follow(nextOrder, nextComplete) {
      order = nextOrder
      complete = nextComplete
      if (state.ids.size === 0 && !state.growing && !state.whole) return
      const present = new Set(order)
      // What is added to a complete list later, by an upload say, was not meant.
      if (state.whole) set(present, { whole: !complete })
      else if (state.growing) set(others(), { growing: !complete })
      else set(new Set([...state.ids].filter((id) => present.has(id))))
    },
  }
}
