import { t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import { explainError } from '../state/explain-error.ts'
import { useTwoStep } from '../state/two-step.ts'
import { Spinner } from '../ui/spinner.tsx'
import { ProvidersSection } from './providers-section.tsx'
import { TwoStepSection } from './two-step-section.tsx'

/** How one signs in to this account. */
export default function SecurityPage() {
  const { twoStep, error } = useTwoStep()
  usePageTitle(t('Security'))
  return (
    <main className="mx-auto w-full max-w-3xl px-3 pt-6 pb-32 sm:px-6">
      <h1 className="font-semibold text-2xl tracking-tight">{t('Security')}</h1>
      <section aria-labelledby="two-step" className="mt-8 border-line border-t pt-6">
        <h2 id="two-step" className="font-semibold tracking-tight">
          {t('Two-step sign-in')}
        </h2>
        <p className="mt-1 mb-5 max-w-prose text-muted text-sm">
          {t(
            'After the password, signing in asks for a code from an app on your phone. Whoever learns the password alone does not get in. API keys go on as they are.',
          )}
        </p>
        {twoStep !== undefined && <TwoStepSection twoStep={twoStep} />}
        {twoStep === undefined && error === null && <Spinner className="size-5 text-muted" />}
        {twoStep === undefined && error !== null && (
          <p role="alert" className="text-danger text-sm">
            {explainError(error)}
          </p>
        )}
      </section>
      <ProvidersSection />
    </main>
  )
}
