import { useState } from 'react'
import { Link } from 'wouter'
import { t } from '../languages/translate.ts'
import { useMayChange } from '../state/account-scope.tsx'
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
        {t(
          'Nobody sees the photos in the trash, and their URLs do not work. After a while they are deleted for good.',
        )}{' '}
        <Link
          href="/console/receipts"
          className="text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink"
        >
          {t('Receipts')}
        </Link>
      </p>
      {mayChange && !isEmpty && (
        <Button look="danger" onClick={() => setAsking(true)}>
          {t('Empty the trash')}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('Empty the trash?')}
        action={t('Delete all')}
        onConfirm={() => void empty()}
      >
        {t('Everything in the trash will be gone for good, the originals too.')}
      </ConfirmDialog>
    </div>
  )
}
