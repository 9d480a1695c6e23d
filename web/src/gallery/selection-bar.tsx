import { Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { formatBytes, plural } from '../format.ts'
import { useFilter } from '../state/filter.ts'
import { useRemoveImages } from '../state/remove-images.ts'
import { useImages } from '../state/use-images.ts'
import { useSelection } from '../state/use-selection.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Spinner } from '../ui/spinner.tsx'

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
  const { remove, isPending } = useRemoveImages()
  const selected = images.filter(({ id }) => ids.has(id))
  if (selected.length === 0) return null
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
          <span className="text-muted">{formatBytes(bytes)}</span>
        )}
      </p>
      <Button look="quiet" className="px-3" onClick={selection.selectAll} disabled={growing}>
        Select all
      </Button>
      <Button look="danger" onClick={() => setAsking(true)} disabled={isPending || growing}>
        <Trash2 aria-hidden className="size-4" /> <span className="max-sm:sr-only">Delete</span>
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${plural(selected.length, 'photo')}?`}
        action="Delete"
        onConfirm={() =>
          remove(
            selected.map(({ id }) => id),
            selection.clear,
          )
        }
      >
        The originals and every size of them will be gone for good, and their URLs will stop working.
      </ConfirmDialog>
    </section>
  )
}
