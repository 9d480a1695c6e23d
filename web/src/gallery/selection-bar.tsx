import { FolderMinus, Heart, RotateCcw, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { formatBytes, plural } from '../format.ts'
import { ShareButton } from '../shares/share-button.tsx'
import { useAlbum, useAlbumChanges } from '../state/albums.ts'
import { useTrash } from '../state/change-many.ts'
import { useFavourite } from '../state/favourite.ts'
import { useFilter } from '../state/filter.ts'
import { useImages } from '../state/use-images.ts'
import { useSelection } from '../state/use-selection.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { AddToAlbum } from './add-to-album.tsx'
import { PasteEdit } from './paste-edit.tsx'

/** What is selected, and what can be done with it. Lies over the page's header: the lower corner belongs to the uploads. */
export function SelectionBar() {
  const { ids } = useSelection()
  return ids.size === 0 ? null : <Bar />
}

function Bar() {
  const [asking, setAsking] = useState(false)
  const [filter] = useFilter()
  const { images } = useImages(filter)
  const { selection, ids, growing } = useSelection()
  const { trash, restore, deleteForGood, isPending } = useTrash()
  const favourite = useFavourite()
  const album = useAlbum(filter.album)
  const { takeOut } = useAlbumChanges()
  const selected = images.filter(({ id }) => ids.has(id))
  if (selected.length === 0) return null
  const selectedIds = selected.map(({ id }) => id)
  const inTrash = filter.view === 'trash'
  const busy = isPending || growing
  const bytes = selected.reduce((sum, { size }) => sum + size, 0)
  return (
    <section
      aria-label="Selection"
      className="absolute inset-x-0 top-0 z-10 flex h-13 animate-appear items-center gap-2 border-line border-b bg-raised px-2
        sm:h-16 sm:px-5"
    >
      <IconButton label="Clear the selection" onClick={selection.clear}>
        <X aria-hidden />
      </IconButton>
      <p className="tabular flex flex-1 items-center gap-2 truncate text-sm" role="status">
        <span className="font-medium">{selected.length} selected</span>
        {growing ? (
          <span className="flex items-center gap-2 text-muted">
            <Spinner /> loading the others
          </span>
        ) : (
          <span className="text-muted max-sm:sr-only">{formatBytes(bytes)}</span>
        )}
      </p>
      <Button look="quiet" className="px-3" onClick={selection.selectAll} disabled={growing}>
        <span className="max-sm:sr-only">Select</span> <span className="max-sm:capitalize">all</span>
      </Button>
      {inTrash ? (
        <>
          <Button
            look="quiet"
            className="px-3"
            onClick={() => restore(selectedIds, selection.clear)}
            disabled={busy}
          >
            <RotateCcw aria-hidden className="size-4" /> <span className="max-sm:sr-only">Restore</span>
          </Button>
          <Button look="danger" className="max-sm:px-3" onClick={() => setAsking(true)} disabled={busy}>
            <Trash2 aria-hidden className="size-4" /> <span className="max-sm:sr-only">Delete for good</span>
          </Button>
        </>
      ) : (
        <>
          <IconButton label="Favourite" onClick={() => favourite(selected)} disabled={busy}>
            <Heart aria-hidden fill={selected.every((image) => image.favourite) ? 'currentColor' : 'none'} />
          </IconButton>
          <PasteEdit ids={selectedIds} disabled={busy} onDone={selection.clear} />
          <AddToAlbum ids={selectedIds} onDone={selection.clear} />
          <ShareButton look="quiet" target={{ type: 'selection', imageIds: selectedIds }} />
          {album !== undefined && (
            <IconButton
              label="Take out of the album"
              onClick={() => takeOut(album, selectedIds, selection.clear)}
              disabled={busy}
            >
              <FolderMinus aria-hidden />
            </IconButton>
          )}
          <Button
            look="danger"
            className="max-sm:px-3"
            onClick={() => trash(selectedIds, selection.clear)}
            disabled={busy}
          >
            <Trash2 aria-hidden className="size-4" /> <span className="max-sm:sr-only">Move to trash</span>
          </Button>
        </>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${plural(selected.length, 'photo')} for good?`}
        action="Delete"
        onConfirm={() => deleteForGood(selectedIds, selection.clear)}
      >
        The originals and every size of them will be gone.
      </ConfirmDialog>
    </section>
  )
}
