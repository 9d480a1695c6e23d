import { type FormEvent, useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { useUser } from '../../state/account-scope.tsx'
import { useEraseAccount } from '../../state/use-account.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { FormFault } from '../answer.tsx'

const erased = [
  'every image with its original, its versions, its sizes and cached copies: their URLs answer 404',
  'albums, jobs, webhooks and what was sent to them',
  'sessions and API keys, at once',
  'your names and password; the log of the administrators keeps what was done and when, without addresses',
] as const satisfies readonly Phrase[]

/** The end of the account, which names everything that goes with it. */
export function ErasePanel() {
  const user = useUser()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const { act, isPending, error, reset } = useEraseAccount()
  const name = user?.username ?? user?.email ?? ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name !== '' && typed === name) void act()
  }
  return (
    <Panel
      title={t('Erase the account')}
      look="danger"
      about={t('At once and for good. Nothing of it can be brought back. A signed receipt says what went.')}
    >
      <ul className="mb-4 list-disc ps-5 text-sm">
        {erased.map((what) => (
          <li key={what} className="py-0.5">
            {t(what)}
          </li>
        ))}
      </ul>
      {open ? (
        <form onSubmit={submit} className="grid max-w-md gap-4">
          <TextField
            label={t('Type {name} to erase the account', { name })}
            autoComplete="off"
            spellCheck={false}
            autoCapitalize="none"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <FormFault error={error} />
          <div className="flex gap-2">
            <Button type="submit" look="danger" disabled={isPending || name === '' || typed !== name}>
              {isPending && <Spinner />} {t('Erase everything')}
            </Button>
            <Button
              disabled={isPending}
              onClick={() => {
                setOpen(false)
                setTyped('')
                reset()
              }}
            >
              {t('Cancel')}
            </Button>
          </div>
        </form>
      ) : (
        <Button onClick={() => setOpen(true)}>{t('Erase the account…')}</Button>
      )}
    </Panel>
  )
}
