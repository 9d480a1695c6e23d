import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ShareButton } from '../shares/share-button.tsx'
import { useMayChange } from '../state/account-scope.tsx'
import { countOf, useAlbum, useAlbumChanges } from '../state/albums.ts'
import { useTrash } from '../state/change-many.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

/** What the trash does, and the end of it. */
export function TrashHead({ isEmpty }: { isEmpty: boolean }) {
  const { empty } = useTrash()
  const mayChange = useMayChange()
  const [asking, setAsking] = useState(false)
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <p className="text-muted text-sm">
        Nobody sees the photos in the trash, and their URLs do not work. After a while they are deleted for
        good.
      </p>
      {mayChange && !isEmpty && (
        <Button look="danger" onClick={() => setAsking(true)}>
          Empty the trash
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Empty the trash?"
        action="Delete all"
        onConfirm={() => void empty()}
      >
        Everything in the trash will be gone for good, the originals too.
      </ConfirmDialog>
    </div>
  )
}

/** Which album this is, and its end. */
export function AlbumHead({ id }: { id: string }) {
  const album = useAlbum(id)
  const { remove } = useAlbumChanges()
  const mayChange = useMayChange()
  const [, navigate] = useLocation()
  const [asking, setAsking] = useState(false)
  if (album === undefined) return null
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0">
        <h2 className="truncate font-semibold text-lg tracking-tight">{album.name}</h2>
        <p className="text-muted text-sm">
          {countOf(album)} ·{' '}
          <Link href="/albums" className="underline">
            all albums
          </Link>
        </p>
      </div>
      {mayChange && (
        <div className="flex gap-2">
          <ShareButton target={{ type: 'album', albumId: album.id, name: album.name }} />
          <Button onClick={() => setAsking(true)}>Delete the album</Button>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete the album “${album.name}”?`}
        action="Delete the album"
        onConfirm={() => void remove(album).then((gone) => gone !== null && navigate('/albums'))}
      >
        Its photos stay in your library.
      </ConfirmDialog>
    </div>
  )
}
