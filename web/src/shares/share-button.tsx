import { Share2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { ShareTarget } from '../state/shares.ts'
import { Button } from '../ui/button.tsx'

const ShareDialog = lazy(() => import('./share-dialog.tsx'))

/** Opens the dialog that makes a link; its code comes when it is opened first. */
export function ShareButton({ target, look = 'plain' }: { target: ShareTarget; look?: 'plain' | 'quiet' }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look={look} className="px-3" onClick={() => setOpen(true)}>
        <Share2 aria-hidden className="size-4" />
        <span className={look === 'quiet' ? 'max-sm:sr-only' : ''}>Share</span>
      </Button>
      {open && (
        <Suspense>
          <ShareDialog target={target} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
