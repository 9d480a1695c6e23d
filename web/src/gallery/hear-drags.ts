/** Marks what is dragged as photos of this page; files from elsewhere, which are uploads, have another kind. */
const kind = 'application/x-rendition-photos'

export const dragsPhotos = (transfer: DataTransfer | null): boolean => transfer?.types.includes(kind) === true

const tileAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? (target.closest('li')?.querySelector<HTMLElement>('[data-tile]') ?? null) : null

interface Drags {
  selected: () => ReadonlySet<string>
  /** Whether photos are put in front of another, or behind it, by dropping them on it. */
  ordered: () => boolean
  /** null when they are let go of. */
  onDragged: (ids: ReadonlySet<string> | null) => void
  onDropAt: (ids: ReadonlySet<string>, at: string, behind: boolean) => void
}

/**
 * Photos that are dragged by a mouse: the one that is taken hold of, or with it all that are selected. Fingers drag nothing, since
 * theirs is the long press that selects.
 */
export function hearDrags(
  gallery: HTMLElement,
  { selected, ordered, onDragged, onDropAt }: Drags,
): () => void {
  const ended = new AbortController()
  let ids: ReadonlySet<string> = new Set()
  let goal: HTMLElement | null = null

  const mark = (tile: HTMLElement | null, side = 'before') => {
    if (goal !== tile) goal?.removeAttribute('data-drop')
    goal = tile
    tile?.setAttribute('data-drop', side)
  }
  const end = () => {
    mark(null)
    onDragged(null)
  }
  const isBehind = (tile: HTMLElement, x: number): boolean => {
    const { left, width } = tile.getBoundingClientRect()
    const right = x > left + width / 2
    return getComputedStyle(tile).direction === 'rtl' ? !right : right
  }
  /** Where photos can be dropped among the others. */
  const goalOf = ({ target, dataTransfer }: DragEvent): { tile: HTMLElement; id: string } | null => {
    const tile = ordered() && dragsPhotos(dataTransfer) ? tileAt(target) : null
    const id = tile?.dataset.tile
    return tile === null || id === undefined || ids.has(id) ? null : { tile, id }
  }
  const hear = <Type extends 'dragstart' | 'dragover' | 'drop'>(
    type: Type,
    act: (event: DragEvent) => void,
  ) => gallery.addEventListener(type, act, { signal: ended.signal })

  gallery.addEventListener(
    'pointerdown',
    ({ pointerType, target }) => {
      const tile = tileAt(target)
      if (tile !== null) tile.draggable = pointerType === 'mouse'
    },
    { signal: ended.signal, capture: true },
  )
  hear('dragstart', ({ target, dataTransfer }) => {
    const id = tileAt(target)?.dataset.tile
    if (id === undefined || dataTransfer === null) return
    ids = selected().has(id) ? selected() : new Set([id])
    dataTransfer.setData(kind, String(ids.size))
    dataTransfer.effectAllowed = 'copyMove'
    // Chromium ends a drag at once when the page changes under it in its first moment.
    setTimeout(() => onDragged(ids))
  })
  hear('dragover', (event) => {
    const at = goalOf(event)
    if (at === null) return mark(null)
    event.preventDefault()
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'move'
    mark(at.tile, isBehind(at.tile, event.clientX) ? 'behind' : 'before')
  })
  hear('drop', (event) => {
    const at = goalOf(event)
    if (at === null) return
    event.preventDefault()
    onDropAt(ids, at.id, isBehind(at.tile, event.clientX))
  })
  // A tile that leaves the page while it is dragged does not tell that it was let go of.
  for (const type of ['dragend', 'drop', 'pointerdown'])
    window.addEventListener(type, end, { signal: ended.signal })
  gallery.dataset.drags = 'heard'
  return () => {
    ended.abort()
    delete gallery.dataset.drags
  }
}
