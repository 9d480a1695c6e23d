import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../languages/translate.ts'
import { Button, IconButton } from './button.tsx'

interface PartFaultProps {
  /** What is said instead of the usual words. */
  children?: ReactNode
  /** Something else that can be done. */
  action?: ReactNode
  onClose: () => void
}

/**
 * One line over the page where a part of it did not come; the page stays as it is. What is wanted again is fetched again, but a
 * browser may remember that a fetch failed, and a newer page has parts of other names: then it takes a reload.
 */
export function PartFault({ children, action, onClose }: PartFaultProps) {
  return (
    <div
      role="alert"
      // Over an open dialog the rest of the page takes no clicks; this does.
      className="pointer-events-auto fixed inset-x-4 top-4 z-70 mx-auto flex w-fit max-w-xl flex-wrap items-center gap-2 rounded-xl border
        border-line bg-raised py-2 pe-2 ps-4 text-ink text-sm shadow-float"
    >
      <p className="min-w-0 flex-1 basis-56 py-1">
        {children ??
          t('This part of the page could not be loaded. Look whether you are online, then try again.')}
      </p>
      <div className="ms-auto flex flex-wrap items-center justify-end gap-2">
        {action}
        <Button onClick={() => window.location.reload()}>{t('Load the page again')}</Button>
        <IconButton label={t('Close')} onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
    </div>
  )
}
