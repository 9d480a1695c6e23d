import type { Image } from '@rendition/contract'
import { Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { formatBytes, plural } from '../format.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { useRemoveImages } from './use-remove-images.ts'
import type { Selection } from './use-selection.ts'

/** What is selected, and what can be done with it. */
export function SelectionBar({ images, selection }: { images: readonly Image[]; selection: Selection }) {
  const [asking, setAsking] = useState(false)
  const remove = useRemoveImages()
  const selected = images.filter(({ id }) => selection.ids.has(id))
  if (selected.length === 0) return null
  const bytes = selected.reduce((sum, { size }) => sum + size, 0)
  return (
    <section
      aria-label="Selection"
      // Over the page's header: the lower corner belongs to the uploads.
      className="fixed inset-x-0 top-0 z-40 flex h-16 animate-appear items-center gap-2 border-line border-b bg-raised
        px-2 sm:px-5"
    >
      <IconButton label="Clear the selection" onClick={selection.clear}>
        <X aria-hidden />
      </IconButton>
      <p className="tabular flex-1 truncate text-sm">
        <span className="font-medium">{selected.length} selected</span>
        <span className="text-muted"> · {formatBytes(bytes)}</span>
      </p>
      <Button look="quiet" className="max-sm:hidden" onClick={selection.selectAll}>
        Select all
      </Button>
      <Button look="danger" onClick={() => setAsking(true)} disabled={remove.isPending}>
        <Trash2 aria-hidden className="size-4" /> Delete
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${plural(selected.length, 'photo')}?`}
        action="Delete"
        onConfirm={() =>
          remove.mutate(
            selected.map(({ id }) => id),
            { onSuccess: selection.clear },
          )
        }
      >
        The originals and every size of them will be gone for good, and their URLs will stop working.
      </ConfirmDialog>
    </section>
  )
}
