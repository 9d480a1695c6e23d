import { FolderPlus } from 'lucide-react'
import { useState } from 'react'
import { useAlbumChanges, useAlbums } from '../state/albums.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'

/** More are found on the page of albums. */
const offered = 12

/** Puts what is selected into an album, one that is there or a new one. */
export function AddToAlbum({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) {
  const { data } = useAlbums()
  const { add, create } = useAlbumChanges()
  const [busy, setBusy] = useState(false)
  const intoNew = async () => {
    setBusy(true)
    const name = new Date().toLocaleDateString(undefined, { dateStyle: 'long' })
    const made = await create(name)
    setBusy(false)
    if (made !== null) add(made, ids, onDone)
  }
  return (
    <Menu
      trigger={
        <Button look="quiet" className="px-3" disabled={busy}>
          <FolderPlus aria-hidden className="size-4" /> <span className="max-sm:sr-only">Add to album</span>
        </Button>
      }
    >
      <MenuItem onSelect={() => void intoNew()}>New album</MenuItem>
      {data !== undefined && data.items.length > 0 && <MenuLine />}
      {data?.items.slice(0, offered).map((album) => (
        <MenuItem key={album.id} onSelect={() => add(album, ids, onDone)}>
          <span className="max-w-56 truncate">{album.name}</span>
        </MenuItem>
      ))}
    </Menu>
  )
}
