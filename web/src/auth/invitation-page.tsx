import { Redirect } from 'wouter'
import { t } from '../languages/translate.ts'
import { useAcceptInvitation, useLinkToken } from '../state/account-links.ts'
import { useAccountIfAny } from '../state/account-scope.tsx'
import { LinkForm } from './link-form.tsx'
import { BrokenLink, LinkFrame } from './link-frame.tsx'

/** Where an invitation leads. */
export default function InvitationPage() {
  const token = useLinkToken()
  const accept = useAcceptInvitation(token)
  const signedIn = useAccountIfAny() !== null
  // The account's own page takes the place of the one that made it, without the link.
  if (token === '' && signedIn) return <Redirect to="/" replace />
  if (token === '') return <BrokenLink />
  return (
    <LinkFrame
      title={t('Create your account')}
      intro={t(
        'You are invited. Choose a password, and a user name if you like; your address signs in as well.',
      )}
    >
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
            hint: t('Long, and yours alone: the commonest are refused.'),
          },
        ]}
        action={t('Create account')}
        error={accept.error}
        isPending={accept.isPending}
        onSubmit={({ username = '', password = '' }) => accept.run({ username: username.trim(), password })}
      />
    </LinkFrame>
  )
}
