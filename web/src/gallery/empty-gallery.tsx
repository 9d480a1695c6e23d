import { FolderUp, ImageUp } from 'lucide-react'
import { t } from '../languages/translate.ts'
import { Button } from '../ui/button.tsx'
import { choosesFolders, FilePicker } from '../upload/file-picker.tsx'

/** The first thing a new user sees: an invitation, and a target as large as the page. */
export function EmptyGallery() {
  return (
    <FilePicker>
      {(open, openFolder) => (
        <div
          className="grid min-h-[min(72dvh,44rem)] place-items-center rounded-3xl border border-line-strong/50 border-dashed
            px-6 py-16 text-center"
        >
          <div className="max-w-md">
            <Frames />
            <h2 className="mt-8 font-semibold text-2xl tracking-[-0.015em]">
              {t('Drop your first photos here')}
            </h2>
            <p className="mt-3 text-muted leading-relaxed">
              {t(
                'Each one is ready in five sizes within a second or two, at a URL of its own. The original stays untouched.',
              )}
            </p>
            <Button look="primary" className="mt-7 h-11 px-5" onClick={open}>
              <ImageUp aria-hidden className="size-4" /> {t('Choose photos')}
            </Button>
            {choosesFolders && (
              <Button className="ms-2 mt-7 h-11 px-5" onClick={openFolder}>
                <FolderUp aria-hidden className="size-4" /> {t('Choose a folder')}
              </Button>
            )}
            <p className="mt-4 text-[0.8125rem] text-muted">
              {t(
                'JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF, or a ZIP of them. You can also paste, or drop a whole folder.',
              )}
            </p>
          </div>
        </div>
      )}
    </FilePicker>
  )
}

/** One picture in its sizes, drawn. */
function Frames() {
  return (
    <svg viewBox="0 0 132 96" aria-hidden="true" className="mx-auto h-24 text-ink">
      <rect
        x=".75"
        y=".75"
        width="130.5"
        height="94.5"
        rx="8"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".22"
        strokeWidth="1.5"
      />
      <rect
        x=".75"
        y="22.75"
        width="100.5"
        height="72.5"
        rx="7"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".34"
        strokeWidth="1.5"
      />
      <rect
        x=".75"
        y="44.75"
        width="70.5"
        height="50.5"
        rx="6"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".5"
        strokeWidth="1.5"
      />
      <rect x="0" y="66" width="42" height="30" rx="5" fill="var(--accent)" />
      <circle cx="31" cy="75" r="3" fill="var(--ground)" />
      <path d="m5 91 10-12 8 9 5-5 8 8z" fill="var(--ground)" />
    </svg>
  )
}
