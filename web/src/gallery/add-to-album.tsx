import type { Album } from '@rendition/contract'
import { FolderPlus } from 'lucide-react'
import { useState } from 'react'
import { t } from '../languages/translate.ts'
import { nameOfNewAlbum, useAlbumChanges, useAlbums } from '../state/albums.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { AlbumDialog } from './album-dialog.tsx'

/** The newest; every other one is found by its name. */
const offered = 12

/** Puts what is selected into an album, one that is there or a new one. */
export function AddToAlbum({ onAlbum, disabled }: { onAlbum: (album: Album) => void; disabled: boolean }) {
  const { data } = useAlbums()
  const { create } = useAlbumChanges()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const intoNew = async (name: string) => {
    setBusy(true)
    const made = await create(name)
    setBusy(false)
    if (made !== null) onAlbum(made)
  }
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" className="px-3" disabled={busy || disabled}>
            <FolderPlus aria-hidden className="size-4" />{' '}
            <span className="max-lg:sr-only">{t('Add to album')}</span>
          </Button>
        }
      >
        <MenuItem onSelect={() => void intoNew(nameOfNewAlbum())}>{t('New album')}</MenuItem>
        <MenuItem onSelect={() => setAsking(true)}>{t('By name…')}</MenuItem>
        {data !== undefined && data.items.length > 0 && <MenuLine />}
        {data?.items.slice(0, offered).map((album) => (
          <MenuItem key={album.id} onSelect={() => onAlbum(album)}>
            <span className="max-w-56 truncate">
              <bdi>{album.name}</bdi>
            </span>
          </MenuItem>
        ))}
      </Menu>
      {asking && (
        <AlbumDialog
          albums={data?.items ?? []}
          onAlbum={onAlbum}
          onNew={(name) => void intoNew(name)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
