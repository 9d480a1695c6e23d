import { useAskPasswordReset } from '../state/account-links.ts'
import { LinkForm } from './link-form.tsx'
import { LinkFrame } from './link-frame.tsx'

/** For who forgot the password: has a link mailed. */
export default function ForgotPage() {
  const ask = useAskPasswordReset()
  if (ask.isDone) {
    return (
      <LinkFrame
        title="Look into your mail"
        intro="If an account has this address, a link is on its way to it. It is good for an hour."
      >
        {null}
      </LinkFrame>
    )
  }
  return (
    <LinkFrame title="A new password" intro="We mail you a link by which you choose one.">
      <LinkForm
        fields={[{ name: 'email', label: 'Email', type: 'email', autoComplete: 'email' }]}
        action="Send the link"
        error={ask.error}
        isPending={ask.isPending}
        onSubmit={({ email = '' }) => ask.run(email.trim())}
      />
    </LinkFrame>
  )
}
