import type { AdminUser, AdminUserChange, Role } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { translateOptions } from '../../languages/options.ts'
import { t } from '../../languages/translate.ts'
import { usePasswordRule } from '../../state/sign-in.ts'
import { useUserActs } from '../../state/use-admin.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { FormFault } from '../answer.tsx'
import { roleNames } from './role-names.ts'
import { UserAccess, UserQuota } from './user-access.tsx'

const options = (Object.keys(roleNames) as Role[]).map((role) => ({ value: role, label: roleNames[role] }))

type Asking = 'nothing' | 'signing out' | 'deactivating' | 'erasing'

/** What an administrator can do with somebody else's account. */
export function UserActs({ user, name }: { user: AdminUser; name: string }) {
  const { change, signOut, erase } = useUserActs()
  const [asking, setAsking] = useState<Asking>('nothing')
  const [password, setPassword] = useState('')
  const rule = usePasswordRule()
  const [typed, setTyped] = useState('')
  const to = (wanted: AdminUserChange) => change.act({ user, change: wanted })
  const setNew = (event: FormEvent) => {
    event.preventDefault()
    void to({ password }).then((done) => done !== null && setPassword(''))
  }
  const close = (open: boolean) => {
    if (open) return
    setAsking('nothing')
    setTyped('')
  }
  return (
    <div className="mt-3 grid gap-4 rounded-xl bg-sunken p-4">
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label={t('Role of {name}', { name })}
          value={user.role}
          options={translateOptions(options)}
          disabled={change.isPending}
          onChoose={(role) => void to({ role: role as Role })}
        />
        <Button className="h-11" onClick={() => setAsking('signing out')}>
          {t('Sign out everywhere')}
        </Button>
        <Button
          className="h-11"
          disabled={change.isPending}
          onClick={() => (user.disabled ? void to({ disabled: false }) : setAsking('deactivating'))}
        >
          {user.disabled ? t('Activate') : t('Deactivate')}
        </Button>
      </div>
      <form onSubmit={setNew} className="flex max-w-md items-start gap-2">
        <TextField
          label={t('New password')}
          type="password"
          autoComplete="new-password"
          maxLength={1024}
          value={password}
          hint={rule}
          onChange={(event) => setPassword(event.target.value)}
          className="min-w-0 flex-1"
        />
        {/* Beside the field, below its label. */}
        <Button type="submit" className="mt-[1.625rem] h-11" disabled={password === '' || change.isPending}>
          {t('Set')}
        </Button>
      </form>
      <UserAccess user={user} name={name} />
      <UserQuota user={user} isPending={change.isPending} onChange={(wanted) => void to(wanted)} />
      <FormFault error={change.error} />
      {asking === 'erasing' ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (typed === name) void erase.act(user)
          }}
          className="flex max-w-md flex-wrap items-end gap-2"
        >
          <TextField
            label={t('Type {name} to erase the account and its images', { name })}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="min-w-0 flex-1"
          />
          <Button type="submit" look="danger" className="h-11" disabled={typed !== name || erase.isPending}>
            {t('Erase')}
          </Button>
          <Button className="h-11" onClick={() => close(false)}>
            {t('Cancel')}
          </Button>
        </form>
      ) : (
        <div>
          <Button onClick={() => setAsking('erasing')}>{t('Erase the account…')}</Button>
        </div>
      )}
      <ConfirmDialog
        open={asking === 'signing out'}
        onOpenChange={close}
        title={t('Sign {name} out everywhere?', { name })}
        action={t('Sign out')}
        look="primary"
        onConfirm={() => void signOut.act(user)}
      >
        {t('Every device has to sign in again, and every API key ends for good.')}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'deactivating'}
        onOpenChange={close}
        title={t('Deactivate {name}?', { name })}
        action={t('Deactivate')}
        onConfirm={() => void to({ disabled: true })}
      >
        {t(
          'Sessions and API keys end for good, and nobody signs in to it until it is activated again. Its images stay.',
        )}
      </ConfirmDialog>
    </div>
  )
}
