import { useLinkToken, useResetPassword } from '../state/account-links.ts'
import { LinkForm } from './link-form.tsx'
import { BrokenLink, LinkFrame } from './link-frame.tsx'

/** Where the link for a new password leads. */
export default function ResetPage() {
  const token = useLinkToken()
  const reset = useResetPassword(token)
  if (token === '') return <BrokenLink />
  if (reset.isDone) {
    return (
      <LinkFrame
        title="Your password is changed"
        intro="All devices were signed out. Sign in with the new one."
      >
        {null}
      </LinkFrame>
    )
  }
  return (
    <LinkFrame
      title="Choose a new password"
      intro="All your devices are signed out with it, and API keys end."
    >
      <LinkForm
        fields={[
          {
            name: 'password',
            label: 'New password',
            type: 'password',
            autoComplete: 'new-password',
            hint: 'Long, and yours alone: the commonest are refused.',
          },
        ]}
        action="Change the password"
        error={reset.error}
        isPending={reset.isPending}
        onSubmit={({ password = '' }) => reset.run(password)}
      />
    </LinkFrame>
  )
}
