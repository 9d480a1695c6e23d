import { t } from '../languages/translate.ts'
import { useAskPasswordReset } from '../state/account-links.ts'
import { LinkForm } from './link-form.tsx'
import { LinkFrame } from './link-frame.tsx'

/** For who forgot the password: has a link mailed. */
export default function ForgotPage() {
  const ask = useAskPasswordReset()
  if (ask.isDone) {
    return (
      <LinkFrame
        title={t('Look into your mail')}
        intro={t('If an account has this address, a link is on its way to it. It is good for an hour.')}
      >
        {null}
      </LinkFrame>
    )
  }
  return (
    <LinkFrame title={t('A new password')} intro={t('We mail you a link by which you choose one.')}>
      <LinkForm
        fields={[{ name: 'email', label: t('Email'), type: 'email', autoComplete: 'email' }]}
        action={t('Send the link')}
        error={ask.error}
        isPending={ask.isPending}
        onSubmit={({ email = '' }) => ask.run(email.trim())}
      />
    </LinkFrame>
  )
}
