import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { useTwoStep } from '../state/two-step.ts'
import { PageFrame, Panel } from '../ui/page-frame.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { ProvidersSection } from './providers-section.tsx'
import { TwoStepSection } from './two-step-section.tsx'

/** How one signs in to this account. */
export default function SecurityPage() {
  const { twoStep, error } = useTwoStep()
  return (
    <PageFrame title={t('Security')} about={t('How one signs in to this account.')}>
      <Panel
        title={t('Two-step sign-in')}
        about={t(
          'After the password, signing in asks for a code from an app on your phone. Whoever learns the password alone does not get in. API keys go on as they are.',
        )}
      >
        {twoStep !== undefined && <TwoStepSection twoStep={twoStep} />}
        {twoStep === undefined && error === null && <Spinner className="size-5 text-muted" />}
        {twoStep === undefined && error !== null && (
          <p role="alert" className="text-danger text-sm">
            {explainError(error)}
          </p>
        )}
      </Panel>
      <ProvidersSection />
    </PageFrame>
  )
}
