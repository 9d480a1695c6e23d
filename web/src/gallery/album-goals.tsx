import { FolderPlus, Library } from 'lucide-react'
import { type DragEvent, type ReactNode, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { nameOfNewAlbum, useAlbumChanges, useAlbums } from '../state/albums.ts'
import { useChangeSelection } from '../state/change-selection.ts'
import { useFilter } from '../state/filter.ts'
import { useImages } from '../state/use-images.ts'
import { useSelection } from '../state/use-selection.ts'
import { classes } from '../ui/classes.ts'
import { dragsPhotos } from './hear-drags.ts'

/** More are found by the menu of the selection. */
const offered = 10

/** Where photos that are dragged can be let go of. By keys: select them, then *Add to album*. */
export function AlbumGoals({ dragged }: { dragged: ReadonlySet<string> | null }) {
  const [filter] = useFilter()
  const { images } = useImages(filter)
  const { selection, ids, whole } = useSelection()
  const all = whole && dragged === ids
  const chosen = { images: images.filter(({ id }) => dragged?.has(id)), whole: all ? filter : null }
  const { addToAlbum: onAlbum } = useChangeSelection(chosen, selection.clear)
  const { data } = useAlbums()
  const { create } = useAlbumChanges()
  const intoNew = async () => {
    const made = await create(nameOfNewAlbum())
    if (made !== null) onAlbum(made)
  }
  // Where they are already they are put in order.
  const albums = data?.items.filter(({ id }) => id !== filter.album) ?? []
  if (dragged === null) return null
  return (
    <section
      aria-label={t('Albums to drop on')}
      data-album-goals
      // Above where notices come: the one of the last drop would lie over the next goal.
      className="fixed inset-x-4 bottom-28 z-40 mx-auto w-fit max-w-3xl animate-rise rounded-2xl border border-line bg-raised p-4 shadow-float"
    >
      <p className="mb-2.5 text-muted text-sm">
        {all
          ? t('Drop all of the list on an album')
          : plural(chosen.images.length, 'Drop the photo on an album', 'Drop {count} photos on an album')}
      </p>
      <ul className="flex flex-wrap gap-2">
        <Goal icon={<FolderPlus aria-hidden />} onDrop={() => void intoNew()}>
          {t('New album')}
        </Goal>
        {albums.slice(0, offered).map((album) => (
          <Goal key={album.id} icon={<Library aria-hidden />} onDrop={() => onAlbum(album)}>
            <bdi>{album.name}</bdi>
          </Goal>
        ))}
      </ul>
    </section>
  )
}

function Goal({ icon, onDrop, children }: { icon: ReactNode; onDrop: () => void; children: ReactNode }) {
  const [over, setOver] = useState(false)
  const hear = (event: DragEvent) => {
    if (!dragsPhotos(event.dataTransfer)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    setOver(true)
  }
  return (
    <li
      onDragEnter={hear}
      onDragOver={hear}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        onDrop()
      }}
      className={classes(
        'flex h-11 max-w-56 items-center gap-2 rounded-lg border px-3.5 text-sm [&>svg]:size-4 [&>svg]:shrink-0',
        over ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong/60',
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </li>
  )
}
