import type { AdminUser, Role } from '@rendition/contract'
import { useState } from 'react'
import { formatTime } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { translateOptions } from '../../languages/options.ts'
import { t } from '../../languages/translate.ts'
import { useUser } from '../../state/account-scope.tsx'
import { useUsers } from '../../state/use-admin.ts'
import { agoOf } from '../../time-texts.ts'
import { Button } from '../../ui/button.tsx'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { ReceiptList } from '../account/receipts-page.tsx'
import { Answer, More } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { useClock } from '../use-clock.ts'
import { useSettled } from '../use-settled.ts'
import { InvitationsPanel } from './invitations-panel.tsx'
import { roleNames } from './role-names.ts'
import { UserActs } from './user-acts.tsx'

const roles: readonly { value: string; label: Phrase }[] = [
  { value: 'all', label: 'All roles' },
  ...(Object.keys(roleNames) as Role[]).map((role) => ({ value: role, label: roleNames[role] })),
]

/** All accounts, and what can be done with each. */
export default function UsersPage() {
  const [typed, setTyped] = useState('')
  const [role, setRole] = useState<Role | 'all'>('all')
  const query = useUsers({ q: useSettled(typed.trim()), role })
  const me = useUser()
  const now = useClock()
  const users = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <PageFrame title={t('Users')} about={t('Everybody with an account here.')}>
      <Panel
        title={t('Accounts')}
        action={
          <SelectField
            quiet
            label={t('Role')}
            value={role}
            options={translateOptions(roles)}
            onChoose={(value) => setRole(value as Role)}
          />
        }
      >
        <TextField
          label={t('Search')}
          type="search"
          maxLength={254}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="mb-3 max-w-sm"
        />
        <Answer of={query} what={t('accounts')}>
          {users.length === 0 && (
            <p className="py-8 text-center text-muted text-sm">{t('No account matches.')}</p>
          )}
          <ul aria-label={t('Accounts')} className="divide-y divide-line">
            {users.map((user) => (
              <UserRow key={user.id} user={user} self={user.id === me?.id} now={now} />
            ))}
          </ul>
          <More of={query} label={t('Show older accounts')} />
        </Answer>
      </Panel>
      {/* Whoever may not see accounts is told so once. */}
      {query.data !== undefined && (
        <>
          <InvitationsPanel />
          <Panel
            title={t('Receipts of erased accounts')}
            about={t('An account’s receipt lists everything that went with it.')}
          >
            <ReceiptList of="accounts" />
          </Panel>
        </>
      )}
    </PageFrame>
  )
}

function UserRow({ user, self, now }: { user: AdminUser; self: boolean; now: number }) {
  const [open, setOpen] = useState(false)
  const name = user.username ?? user.email ?? user.id
  return (
    <li data-user={user.id} className="py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-40">
          <p className="break-words font-medium text-sm">
            {name} {self && <span className="font-normal text-muted">{t('(you)')}</span>}
          </p>
          <p className="break-words text-muted text-xs">
            {user.username !== null && user.email !== null && `${user.email} · `}
            {t('since {time}', { time: formatTime(user.createdAt) })} ·{' '}
            {user.lastLoginAt === null
              ? t('never signed in')
              : t('signed in {time}', { time: agoOf(user.lastLoginAt, now) })}
          </p>
        </div>
        {user.disabled ? (
          <Badge look="bad">{t('Deactivated')}</Badge>
        ) : (
          <Badge look={user.role === 'admin' ? 'busy' : 'plain'}>{t(roleNames[user.role])}</Badge>
        )}
        {!self && (
          <Button
            aria-expanded={open}
            aria-label={t('Manage {name}', { name })}
            onClick={() => setOpen(!open)}
          >
            {t('Manage')}
          </Button>
        )}
      </div>
      {open && <UserActs user={user} name={name} />}
    </li>
  )
}
