import { Library } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import { pictureSource } from '../pictures/picture-source.ts'
import { useMayChange } from '../state/account-scope.tsx'
import { countOf, useAlbumChanges, useAlbums } from '../state/albums.ts'
import { explainError } from '../state/explain-error.ts'
import { formatFilter, noFilter } from '../state/filter.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'
import { GalleryFault, GallerySkeleton } from './gallery-states.tsx'

/** All albums, and a new one. */
export default function AlbumsPage() {
  const { data, error, isPending, refetch } = useAlbums()
  const mayChange = useMayChange()
  usePageTitle(t('Albums'))
  return (
    <main className="w-full px-3 pt-4 pb-32 sm:px-6">
      <h1 className="mb-4 flex min-h-10 items-center font-semibold text-xl tracking-tight">{t('Albums')}</h1>
      {mayChange && <NewAlbum />}
      {isPending && <GallerySkeleton />}
      {error !== null && data === undefined && (
        <GalleryFault text={explainError(error)} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <p className="py-16 text-center text-muted">
          {t('No albums yet. Make one here, or select photos and add them to a new one.')}
        </p>
      )}
      <ul className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-5" aria-label={t('Albums')}>
        {data?.items.map((album) => {
          const picture = album.cover?.sizes.small ?? album.cover?.sizes.thumbnail
          return (
            <li key={album.id}>
              <Link
                href={`/${formatFilter({ ...noFilter, album: album.id })}`}
                className="group block"
                data-album={album.id}
              >
                <span
                  className="grid aspect-square place-items-center overflow-hidden rounded-lg bg-sunken text-muted"
                  style={{ backgroundColor: album.cover?.placeholder?.color }}
                >
                  {picture === undefined ? (
                    <Library aria-hidden className="size-8" strokeWidth={1.5} />
                  ) : (
                    <img
                      src={pictureSource(picture)}
                      alt=""
                      loading="lazy"
                      className="size-full object-cover"
                    />
                  )}
                </span>
                <span className="mt-2 line-clamp-2 break-words font-medium text-sm group-hover:underline">
                  <bdi>{album.name}</bdi>
                </span>
                <span className="tabular block text-muted text-xs">{countOf(album)}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </main>
  )
}

function NewAlbum() {
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const { create } = useAlbumChanges()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '' || busy) return
    setBusy(true)
    const made = await create(name.trim())
    setBusy(false)
    if (made !== null) setName('')
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="mb-6 flex max-w-md items-end gap-2">
      <TextField
        label={t('New album')}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.target.value)}
        className="min-w-0 flex-1"
      />
      <Button type="submit" className="h-11" disabled={name.trim() === '' || busy}>
        {t('Make')}
      </Button>
    </form>
  )
}
