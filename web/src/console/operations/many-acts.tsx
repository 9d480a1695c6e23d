import type { AllJobsFilter } from '@rendition/client'
import { useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { type AllJobsAct, useAllJobActs } from '../../state/use-operations.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { actsFor } from './acts-for.ts'

const names: Record<AllJobsAct, Phrase> = {
  cancel: 'Cancel what waits or runs',
  retry: 'Try failed ones again',
  interactive: 'Move what waits to the fast lane',
  bulk: 'Move what waits to the bulk lane',
}
const verbs: Record<AllJobsAct, Phrase> = {
  cancel: 'Cancel jobs',
  retry: 'Try again',
  interactive: 'Move to the fast lane',
  bulk: 'Move to the bulk lane',
}

/** What can be done with all jobs that a filter means, those that are not on the page too. */
export function ManyActs({ filter }: { filter: AllJobsFilter }) {
  const [asking, setAsking] = useState<AllJobsAct | null>(null)
  const { many } = useAllJobActs()
  const acts = actsFor(filter)
  if (acts.length === 0) return null
  return (
    <>
      <Menu
        trigger={
          <Button disabled={many.isPending}>
            {many.isPending && <Spinner />} {t('All of these…')}
          </Button>
        }
      >
        {acts.map((what) => (
          <MenuItem key={what} onSelect={() => setAsking(what)}>
            {t(names[what])}
          </MenuItem>
        ))}
      </Menu>
      {asking !== null && (
        <ConfirmDialog
          open
          onOpenChange={() => setAsking(null)}
          title={t(names[asking])}
          action={t(verbs[asking])}
          look={asking === 'cancel' ? 'danger' : 'primary'}
          onConfirm={() => void many.act({ filter, what: asking })}
        >
          {t(
            'It is done with every job that the filter means, whoever it belongs to, and stands in the audit.',
          )}
        </ConfirmDialog>
      )}
    </>
  )
}
