import { t } from '../languages/translate.ts'
import { useLinkLook, useLinkToken, useResetPassword } from '../state/account-links.ts'
import { usePasswordRule } from '../state/sign-in.ts'
import { LinkForm } from './link-form.tsx'
import { BrokenLink, LinkFrame, LinkOver } from './link-frame.tsx'

/** Where the link for a new password leads. */
export default function ResetPage() {
  const token = useLinkToken()
  const link = useLinkLook(token, 'reset')
  const reset = useResetPassword(token)
  const rule = usePasswordRule()
  if (token === '') return <BrokenLink />
  if (reset.isDone) {
    return (
      <LinkFrame
        title={t('Your password is changed')}
        intro={t('All devices were signed out. Sign in with the new one.')}
      >
        {null}
      </LinkFrame>
    )
  }
  if (link.state === 'over') return <LinkOver />
  return (
    <LinkFrame
      title={t('Choose a new password')}
      intro={t('All your devices are signed out with it, and API keys end.')}
    >
      {link.state === 'good' && (
        <LinkForm
          fields={[
            {
              name: 'password',
              label: t('New password'),
              type: 'password',
              autoComplete: 'new-password',
              hint: rule,
            },
          ]}
          action={t('Change the password')}
          error={reset.error}
          isPending={reset.isPending}
          onSubmit={({ password = '' }) => reset.run(password)}
        />
      )}
    </LinkFrame>
  )
}
