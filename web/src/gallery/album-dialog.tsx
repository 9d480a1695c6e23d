import type { Album } from '@rendition/contract'
import { FolderPlus, Library } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { countOf } from '../state/albums.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { TextField } from '../ui/text-field.tsx'
import { albumsNamed, isTaken } from './albums-named.ts'

interface AlbumDialogProps {
  albums: readonly Album[]
  onAlbum: (album: Album) => void
  onNew: (name: string) => void
  onClose: () => void
}

/** More are found by typing on. */
const mostShown = 100

/** Any album by its name, or a new one of that name. */
export function AlbumDialog({ albums, onAlbum, onNew, onClose }: AlbumDialogProps) {
  const [text, setText] = useState('')
  const name = text.trim()
  const found = albumsNamed(text, albums)
  const [first] = found
  const isNew = name !== '' && !isTaken(text, albums)
  const choose = (album: Album) => {
    onClose()
    onAlbum(album)
  }
  const make = () => {
    onClose()
    onNew(name)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name === '') return
    // What stands first in the list.
    if (isNew) make()
    else if (first !== undefined) choose(albums.find((album) => album.name === name) ?? first)
  }
  const row =
    'flex min-h-11 w-full items-center gap-3 rounded-lg px-3 text-start text-sm hover:bg-ink/6 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted'
  return (
    <Sheet title={t('Add to album')} onClose={onClose} className="max-w-md">
      <form onSubmit={submit} className="grid min-h-0 gap-4 p-6">
        <h2 className="font-semibold text-lg tracking-tight">{t('Add to album')}</h2>
        <TextField
          label={t('Name of the album')}
          hint={t('One that is there, or a new one.')}
          autoFocus
          autoComplete="off"
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
        />
        <ul aria-label={t('Albums')} className="-mx-3 min-h-0 overflow-y-auto">
          {isNew && (
            <li>
              <button type="button" className={row} onClick={make}>
                <FolderPlus aria-hidden />{' '}
                <span className="truncate">{t('New album “{name}”', { name })}</span>
              </button>
            </li>
          )}
          {found.slice(0, mostShown).map((album) => (
            <li key={album.id}>
              <button type="button" className={row} onClick={() => choose(album)}>
                <Library aria-hidden />
                <span className="min-w-0 flex-1 truncate">
                  <bdi>{album.name}</bdi>
                </span>
                <span className="tabular shrink-0 text-muted text-xs">{countOf(album)}</span>
              </button>
            </li>
          ))}
        </ul>
        <div className="flex justify-end">
          <Button onClick={onClose}>{t('Cancel')}</Button>
        </div>
      </form>
    </Sheet>
  )
}
