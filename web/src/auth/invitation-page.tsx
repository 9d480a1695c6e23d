import { Redirect } from 'wouter'
import { t } from '../languages/translate.ts'
import { useAcceptInvitation, useLinkLook, useLinkToken } from '../state/account-links.ts'
import { useAccountIfAny } from '../state/account-scope.tsx'
import { usePasswordRule } from '../state/sign-in.ts'
import { LinkForm } from './link-form.tsx'
import { BrokenLink, LinkFrame, LinkOver } from './link-frame.tsx'

/** Where an invitation leads. */
export default function InvitationPage() {
  const token = useLinkToken()
  const link = useLinkLook(token, 'invite')
  const accept = useAcceptInvitation(token)
  const rule = usePasswordRule()
  const signedIn = useAccountIfAny() !== null
  // The account's own page takes the place of the one that made it, without the link.
  if (token === '' && signedIn) return <Redirect to="/" replace />
  if (token === '') return <BrokenLink />
  if (link.state === 'over') {
    return (
      <LinkOver
        whatToDo={t(
          'It was used, was taken back or is too old. Sign in where your account is made already, or ask for another one.',
        )}
      />
    )
  }
  return (
    <LinkFrame
      title={t('Create your account')}
      intro={
        link.email === null
          ? t(
              'You are invited. Choose a password, and a user name if you like; your address signs in as well.',
            )
          : t(
              'You are invited as {email}. Choose a password, and a user name if you like; your address signs in as well.',
              { email: link.email },
            )
      }
    >
      {link.state === 'good' && (
        <LinkForm
          fields={[
            {
              name: 'username',
              label: t('User name (optional)'),
              type: 'text',
              autoComplete: 'username',
              optional: true,
            },
            {
              name: 'password',
              label: t('Password'),
              type: 'password',
              autoComplete: 'new-password',
              hint: rule,
            },
          ]}
          action={t('Create account')}
          error={accept.error}
          isPending={accept.isPending}
          onSubmit={({ username = '', password = '' }) => accept.run({ username: username.trim(), password })}
        />
      )}
    </LinkFrame>
  )
}
