import { t } from '../languages/translate.ts'
import { useLinkToken } from '../state/account-links.ts'
import { useAccountIfAny } from '../state/account-scope.tsx'
import { useVerifyEmail } from '../state/use-email.ts'
import { LinkForm } from './link-form.tsx'
import { BrokenLink, LinkFrame } from './link-frame.tsx'

/** Where a link leads that verifies an address. Whoever is signed in says so by a button: what looks at links proves nothing. */
export default function VerifyPage() {
  const token = useLinkToken()
  const signedIn = useAccountIfAny() !== null
  const { run, verified, error, isPending } = useVerifyEmail(token)
  if (verified !== undefined) {
    return (
      <LinkFrame
        title={t('Your address is verified')}
        intro={t('{address} is the address of your account.', { address: verified.address ?? '' })}
        onward={{ href: '/', label: t('Go on') }}
      />
    )
  }
  if (token === '') return <BrokenLink />
  if (!signedIn) {
    return (
      <LinkFrame
        title={t('Verify your address')}
        intro={t('Sign in to your account first, then open the link from the mail once more.')}
      />
    )
  }
  return (
    <LinkFrame
      title={t('Verify your address')}
      intro={t('For the account that you are signed in to.')}
      onward={{ href: '/', label: t('Not now') }}
    >
      <LinkForm
        fields={[]}
        action={t('Verify the address')}
        error={error}
        isPending={isPending}
        onSubmit={() => run()}
      />
    </LinkFrame>
  )
}
