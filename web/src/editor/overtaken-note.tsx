import { t } from '../languages/translate.ts'
import { Button } from '../ui/button.tsx'
import type { Overtaken } from './model/session.ts'

interface OvertakenNoteProps {
  overtaken: Overtaken
  /** Leaves the edit for the version that came between; Undo brings it back. */
  onTheirs: () => void
}

/** What another tab or device did to the picture while it was edited here, and what becomes of the edit. */
export function OvertakenNote({ overtaken: { version, replaced }, onTheirs }: OvertakenNoteProps) {
  return (
    <div
      role="status"
      data-overtaken
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-accent-soft px-4 py-2 text-accent text-sm"
    >
      <p className="min-w-0 flex-1 basis-64">
        {replaced
          ? t(
              'Another tab or device replaced the original meanwhile (version {version}). The edit was made for the one before, so it is put aside: Undo puts it on the new one.',
              { version },
            )
          : t(
              'Another tab or device saved version {version} meanwhile. This edit goes on; saved, it becomes the version after that one, which stays in the history.',
              { version },
            )}
      </p>
      {!replaced && (
        <Button look="quiet" className="h-9! px-3!" onClick={onTheirs}>
          {t('Go on from version {version}', { version })}
        </Button>
      )}
    </div>
  )
}
