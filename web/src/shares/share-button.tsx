import { Share2 } from 'lucide-react'
import { useState } from 'react'
import { t } from '../languages/translate.ts'
import type { ShareTarget } from '../state/shares.ts'
import { Button } from '../ui/button.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'

const dialog = partOf(() => import('./share-dialog.tsx'))

interface ShareButtonProps {
  target: ShareTarget
  /** On a phone too. */
  named?: boolean
  onOpen?: () => void
}

/** Opens the dialog that makes a link; its code comes when it is opened first. */
export function ShareButton({ target, named = false, onOpen }: ShareButtonProps) {
  const [open, setOpen] = useState(false)
  const { part, failed } = usePart(dialog, open)
  const close = () => setOpen(false)
  const show = () => {
    onOpen?.()
    setOpen(true)
  }
  return (
    <>
      <Button look="quiet" className="px-3" onClick={show}>
        <Share2 aria-hidden className="size-4" />
        <span className={named ? '' : 'max-sm:sr-only'}>{t('Share')}</span>
      </Button>
      {failed && <PartFault onClose={close} />}
      {open && !failed && part !== undefined && <part.ShareDialog target={target} onClose={close} />}
    </>
  )
}
