import { isProblem } from '@rendition/client'
import type { AccountChange, User } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { formatTime } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { useUser } from '../../state/account-scope.tsx'
import { explainError } from '../../state/explain-error.ts'
import { sentence } from '../../state/explain-field.ts'
import { useRegistration } from '../../state/sign-in.ts'
import { useChangeAccount } from '../../state/use-account.ts'
import { Button } from '../../ui/button.tsx'
import { CurrentPassword } from '../../ui/current-password.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { FormFault } from '../answer.tsx'
import { EmailStateNote } from './email-state.tsx'

const roleNames = {
  admin: 'Administrator',
  user: 'User',
  viewer: 'Viewer: may look, and change nothing',
} as const satisfies Record<string, Phrase>

/** The account's names and role. */
export function ProfilePanel({ mayChange }: { mayChange: boolean }) {
  const user = useUser()
  return (
    <Panel title={t('Profile')}>
      {user === undefined ? (
        <Spinner className="text-muted" />
      ) : (
        <>
          <dl className="mb-4 grid grid-cols-[6rem_1fr] gap-x-3 gap-y-1.5 text-sm">
            <dt className="text-muted">{t('Role')}</dt>
            <dd>{t(roleNames[user.role])}</dd>
            <dt className="text-muted">{t('Since')}</dt>
            <dd className="tabular">{formatTime(user.createdAt)}</dd>
          </dl>
          <EmailStateNote />
          {mayChange ? (
            <Names key={`${user.email}/${user.username}`} user={user} />
          ) : (
            <p className="text-sm">{user.email ?? user.username}</p>
          )}
        </>
      )}
    </Panel>
  )
}

function Names({ user }: { user: User }) {
  const [email, setEmail] = useState(user.email ?? '')
  const [username, setUsername] = useState(user.username ?? '')
  const [current, setCurrent] = useState('')
  const { known } = useRegistration()
  const { act, isPending, error } = useChangeAccount(t('Profile'))
  const change: AccountChange = {
    ...(email.trim() !== (user.email ?? '') ? { email: email.trim() } : {}),
    ...(username.trim() !== (user.username ?? '') ? { username: username.trim() } : {}),
  }
  // Links for a forgotten password are mailed to the address: to change it takes what changing the password takes.
  const proves = change.email !== undefined && known?.mails !== false
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void act(proves ? { ...change, currentPassword: current } : change)
  }
  const faultOf = (path: string) =>
    sentence(isProblem(error) ? error.errors.find((fault) => fault.path === path)?.message : undefined)
  const wrong =
    proves && isProblem(error) && error.code === 'invalid_credentials' ? explainError(error) : undefined
  const elsewhere = faultOf('email') === undefined && faultOf('username') === undefined && wrong === undefined
  return (
    <form onSubmit={submit} className="grid max-w-md gap-4">
      <TextField
        label={t('Email')}
        type="email"
        autoComplete="email"
        maxLength={254}
        value={email}
        error={faultOf('email')}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        label={t('User name')}
        autoComplete="username"
        maxLength={64}
        value={username}
        error={faultOf('username')}
        onChange={(event) => setUsername(event.target.value)}
      />
      {proves && <CurrentPassword value={current} onChange={setCurrent} error={wrong} />}
      {elsewhere && <FormFault error={error} />}
      <div>
        <Button
          type="submit"
          look="primary"
          disabled={isPending || Object.keys(change).length === 0 || (proves && current === '')}
        >
          {isPending && <Spinner />} {t('Save')}
        </Button>
      </div>
    </form>
  )
}
