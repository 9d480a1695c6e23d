import { Share2 } from 'lucide-react'
import { useState } from 'react'
import { t } from '../languages/translate.ts'
import type { ShareTarget } from '../state/shares.ts'
import { Button } from '../ui/button.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'

const dialog = partOf(() => import('./share-dialog.tsx'))

/** Opens the dialog that makes a link; its code comes when it is opened first. */
export function ShareButton({ target, look = 'plain' }: { target: ShareTarget; look?: 'plain' | 'quiet' }) {
  const [open, setOpen] = useState(false)
  const { part, failed } = usePart(dialog, open)
  const close = () => setOpen(false)
  return (
    <>
      <Button look={look} className="px-3" onClick={() => setOpen(true)}>
        <Share2 aria-hidden className="size-4" />
        <span className={look === 'quiet' ? 'max-sm:sr-only' : ''}>{t('Share')}</span>
      </Button>
      {failed && <PartFault onClose={close} />}
      {open && !failed && part !== undefined && <part.ShareDialog target={target} onClose={close} />}
    </>
  )
}
