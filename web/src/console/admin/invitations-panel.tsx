import type { Invitation, Language, Role } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { formatTime } from '../../format.ts'
import { currentLanguage, languages } from '../../languages/language.ts'
import { translateOptions } from '../../languages/options.ts'
import { t } from '../../languages/translate.ts'
import { useInvitationActs, useInvitations } from '../../state/use-invitations.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { Answer, FormFault, More } from '../answer.tsx'
import { ShownOnce } from '../code.tsx'
import { roleNames } from './role-names.ts'

const options = (Object.keys(roleNames) as Role[]).map((role) => ({ value: role, label: roleNames[role] }))

const languageOptions = Object.entries(languages).map(([value, label]) => ({ value, label }))

/** Inviting somebody, and the invitations that nobody has accepted yet. */
export function InvitationsPanel() {
  const query = useInvitations()
  const { invite, takeBack } = useInvitationActs()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('user')
  const [language, setLanguage] = useState<Language>(currentLanguage)
  const [link, setLink] = useState<string | null>(null)
  const open = query.data?.pages.flatMap(({ items }) => items) ?? []
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setLink(null)
    void invite.act({ email: email.trim(), role, language }).then((made) => {
      if (made === null) return
      setEmail('')
      setLink(made.url)
    })
  }
  return (
    <Panel
      title={t('Invitations')}
      about={t('A link is good once, for seven days, also where registration is closed.')}
    >
      <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <TextField
          label={t('Email')}
          type="email"
          autoComplete="off"
          maxLength={254}
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          className="min-w-0 flex-1 basis-60"
        />
        <SelectField
          label={t('Role')}
          value={role}
          options={translateOptions(options)}
          onChoose={(chosen) => setRole(chosen as Role)}
        />
        <SelectField
          label={t('Language')}
          value={language}
          options={languageOptions}
          onChoose={(chosen) => setLanguage(chosen as Language)}
        />
        <Button
          type="submit"
          look="primary"
          className="h-11"
          disabled={email.trim() === '' || invite.isPending}
        >
          {invite.isPending && <Spinner />} {t('Invite')}
        </Button>
      </form>
      <div className="mt-3 grid gap-3">
        <FormFault error={invite.error} />
        {link !== null && (
          <ShownOnce
            label={t('Link of the invitation')}
            secret={link}
            about={t('No e-mail is sent here. Hand it over yourself: it is shown this once.')}
          />
        )}
      </div>
      <Answer of={query} what={t('invitations')}>
        <ul aria-label={t('Open invitations')} className="mt-3 divide-y divide-line">
          {open.map((invitation) => (
            <Row
              key={invitation.id}
              invitation={invitation}
              onTakeBack={() => void takeBack.act(invitation)}
            />
          ))}
        </ul>
        <More of={query} label={t('Show older invitations')} />
      </Answer>
    </Panel>
  )
}

function Row({ invitation, onTakeBack }: { invitation: Invitation; onTakeBack: () => void }) {
  const { email, role, language, expiresAt } = invitation
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium text-sm">{email}</p>
        <p className="text-muted text-xs">
          {t(roleNames[role])} · {languages[language]} ·{' '}
          {t('good until {time}', { time: formatTime(expiresAt) })}
        </p>
      </div>
      <Button aria-label={t('Take back the invitation of {email}', { email })} onClick={onTakeBack}>
        {t('Take back')}
      </Button>
    </li>
  )
}
