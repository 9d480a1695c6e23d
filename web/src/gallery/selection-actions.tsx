import { FolderMinus, Heart, RotateCcw, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { formatBytes } from '../format.ts'
import { formatNumber } from '../languages/numbers.ts'
import { plural, t } from '../languages/translate.ts'
import { ShareButton } from '../shares/share-button.tsx'
import { useAlbum } from '../state/albums.ts'
import { useChangeSelection } from '../state/change-selection.ts'
import { useExactTotal } from '../state/facets.ts'
import { useFilter } from '../state/filter.ts'
import { useImages } from '../state/use-images.ts'
import { useSelection } from '../state/use-selection.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { AddToAlbum } from './add-to-album.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { PasteEdit } from './paste-edit.tsx'
import { SelectionMenu } from './selection-menu.tsx'

/** What is selected, and what can be done with it. */
export function SelectionActions() {
  const [asking, setAsking] = useState<'trash' | 'delete' | 'edit' | null>(null)
  const [filter] = useFilter()
  const { images, query } = useImages(filter)
  const { selection, ids, whole, growing } = useSelection()
  const album = useAlbum(filter.album)
  const total = useExactTotal(filter, whole)
  const selected = images.filter(({ id }) => ids.has(id))
  const chosen = { images: selected, whole: whole ? filter : null }
  const change = useChangeSelection(chosen, selection.clear)
  if (selected.length === 0) return null
  const isAll = selected.length === images.length && !query.hasNextPage
  const inTrash = filter.view === 'trash'
  const busy = change.busy || growing
  const bytes = selected.reduce((sum, { size }) => sum + size, 0)
  const photos = whole ? allOf(total) : plural(selected.length, '{count} photo', '{count} photos')
  const favourites = selected.every((image) => image.favourite)
  return (
    <section
      aria-label={t('Selection')}
      data-selection
      className="absolute inset-x-0 top-0 z-10 flex h-14 animate-appear items-center gap-1 border-accent/40 border-b bg-accent-soft px-2
        max-[22.5rem]:h-auto max-[22.5rem]:flex-wrap sm:h-full sm:gap-2 sm:px-5"
    >
      <IconButton label={t('Clear the selection')} onClick={selection.clear}>
        <X aria-hidden />
      </IconButton>
      <p className="tabular flex min-w-0 flex-1 items-center gap-2 truncate text-sm" role="status">
        <span className="font-medium">
          {whole ? allSelected(total) : formatNumber(selected.length)}
          <span className="max-sm:sr-only"> {t('selected')}</span>
        </span>
        {growing ? (
          <span className="flex items-center gap-2 text-muted">
            <Spinner /> {t('loading the others')}
          </span>
        ) : (
          !whole && <span className="text-muted max-lg:sr-only">{formatBytes(bytes)}</span>
        )}
      </p>
      {!whole && !isAll && (
        <Button
          look="quiet"
          className="px-3"
          onClick={selection.selectAll}
          disabled={growing}
          aria-label={t('Select all')}
        >
          <span className="max-sm:hidden">{t('Select all')}</span>
          <span className="sm:hidden">{t('selection|All')}</span>
        </Button>
      )}
      {inTrash ? (
        <>
          <Button look="quiet" className="px-3" onClick={change.restore} disabled={busy}>
            <RotateCcw aria-hidden className="size-4" />{' '}
            <span className="max-sm:sr-only">{t('Restore')}</span>
          </Button>
          <Button look="danger" className="max-sm:px-3" onClick={() => setAsking('delete')} disabled={busy}>
            <Trash2 aria-hidden className="size-4" />{' '}
            <span className="max-sm:sr-only">{t('Delete for good')}</span>
          </Button>
        </>
      ) : (
        <>
          <IconButton label={t('Favourite')} onClick={() => change.setFavourite(!favourites)} disabled={busy}>
            <Heart aria-hidden fill={favourites ? 'currentColor' : 'none'} />
          </IconButton>
          <PasteEdit chosen={chosen} disabled={busy} />
          <AddToAlbum onAlbum={change.addToAlbum} disabled={busy} />
          {!growing && (
            <ShareButton
              target={
                whole
                  ? { type: 'list', filter, name: photos, total }
                  : { type: 'selection', imageIds: selected.map(({ id }) => id) }
              }
            />
          )}
          {album !== undefined && (
            <IconButton
              label={t('Take out of the album')}
              onClick={() => change.takeOut(album)}
              disabled={busy}
              className="max-sm:hidden"
            >
              <FolderMinus aria-hidden />
            </IconButton>
          )}
          <SelectionMenu
            chosen={chosen}
            change={change}
            disabled={busy}
            photos={photos}
            album={album}
            onEdit={() => setAsking('edit')}
          />
          <Button
            look="quiet"
            className="px-3"
            onClick={whole ? () => setAsking('trash') : change.trash}
            disabled={busy}
          >
            <Trash2 aria-hidden className="size-4" />{' '}
            <span className="max-lg:sr-only">{t('Move to trash')}</span>
          </Button>
        </>
      )}
      {asking === 'edit' && <EditDialog chosen={chosen} photos={photos} onClose={() => setAsking(null)} />}
      <ConfirmDialog
        open={asking === 'trash' || asking === 'delete'}
        onOpenChange={(open) => !open && setAsking(null)}
        title={
          asking === 'trash'
            ? t('Move {photos} to the trash?', { photos })
            : t('Delete {photos} for good?', { photos })
        }
        action={asking === 'trash' ? t('Move to trash') : t('Delete')}
        onConfirm={asking === 'trash' ? change.trash : change.deleteForGood}
      >
        {asking === 'trash'
          ? t('Their URLs will not work. They can be restored from the trash.')
          : t('The originals and every size of them will be gone.')}
      </ConfirmDialog>
    </section>
  )
}

const allOf = (total: number | undefined): string =>
  total === undefined
    ? t('all photos of this list')
    : plural(total, 'all {count} photo', 'all {count} photos')

const allSelected = (total: number | undefined): string =>
  total === undefined ? t('selection|All') : t('All {total}', { total })
