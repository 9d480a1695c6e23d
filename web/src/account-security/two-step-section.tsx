import type { RecoveryCodes, TwoStep, TwoStepSetUp } from '@rendition/contract'
import { ShieldCheck, ShieldOff } from 'lucide-react'
import { useState } from 'react'
import { formatDay } from '../format.ts'
import { plural, rich, t } from '../languages/translate.ts'
import { useHasPassword } from '../state/identities.ts'
import { notify } from '../state/notices.ts'
import { useConfirmTwoStep, useRenewCodes, useSetUpTwoStep, useSwitchOffTwoStep } from '../state/two-step.ts'
import { Button } from '../ui/button.tsx'
import { ProofForm } from './proof-form.tsx'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodesView } from './recovery-codes.tsx'

type Step = 'overview' | 'set-up' | 'renew' | 'off'

/** Two-step sign-in: what it is now, and each of its changes one step at a time. */
export function TwoStepSection({ twoStep }: { twoStep: TwoStep }) {
  const [step, setStep] = useState<Step>('overview')
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const back = () => setStep('overview')
  const show = ({ recoveryCodes }: RecoveryCodes) => {
    setCodes(recoveryCodes)
    back()
  }
  if (codes !== null) return <RecoveryCodesView codes={codes} onSaved={() => setCodes(null)} />
  if (step === 'set-up') return <SetUp onDone={show} onCancel={back} />
  if (step === 'renew') return <Renew onDone={show} onCancel={back} />
  if (step === 'off') return <SwitchOff onDone={back} onCancel={back} />
  return <Overview twoStep={twoStep} onChoose={setStep} />
}

function Overview({ twoStep, onChoose }: { twoStep: TwoStep; onChoose: (step: Step) => void }) {
  const hasPassword = useHasPassword()
  if (!twoStep.enabled) {
    return (
      <>
        <p className="flex items-center gap-2 text-sm">
          <ShieldOff aria-hidden className="size-4 text-muted" />{' '}
          {hasPassword
            ? t('Off: your password alone signs in.')
            : t('Off: no code is asked for when you sign in.')}
        </p>
        <Button look="primary" className="mt-4" onClick={() => onChoose('set-up')}>
          {t('Set up')}
        </Button>
      </>
    )
  }
  const left = twoStep.recoveryCodesLeft
  const since =
    twoStep.since === null
      ? t('two-step sign-in|On.')
      : t('On since {day}.', { day: formatDay(twoStep.since) })
  return (
    <>
      <p className="flex items-center gap-2 text-sm">
        <ShieldCheck aria-hidden className="size-4 text-accent" /> {since}{' '}
        {plural(left, '{count} recovery code is left.', '{count} recovery codes are left.')}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button onClick={() => onChoose('renew')}>{t('New recovery codes')}</Button>
        <Button onClick={() => onChoose('off')}>{t('Switch off')}</Button>
      </div>
    </>
  )
}

interface StepProps {
  onDone: (codes: RecoveryCodes) => void
  onCancel: () => void
}

function SetUp({ onDone, onCancel }: StepProps) {
  const begin = useSetUpTwoStep()
  const confirm = useConfirmTwoStep()
  const hasPassword = useHasPassword()
  const [begun, setBegun] = useState<TwoStepSetUp | null>(null)
  if (begun === null) {
    return (
      <ProofForm
        key="password"
        asks={hasPassword ? ['password'] : []}
        action={t('Go on')}
        error={begin.error}
        isPending={begin.isPending}
        onProve={({ currentPassword }) =>
          void begin.act(hasPassword ? currentPassword : undefined).then(setBegun)
        }
        onCancel={onCancel}
      />
    )
  }
  const { secret, uri } = begun
  return (
    <div className="grid items-start gap-6 sm:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="max-w-52 overflow-hidden rounded-xl border border-line">
        <QrCode text={uri} label={t('QR code for your authenticator app')} />
      </div>
      <div className="grid gap-5">
        <p className="max-w-prose text-muted text-sm">
          {rich(
            'Scan this with an authenticator app, then type the six digits that it shows. On this phone, {link}, or type the key by hand:',
            {
              link: (
                <a href={uri} className="text-ink underline decoration-line-strong underline-offset-4">
                  {t('open it in the app')}
                </a>
              ),
            },
          )}
          <code className="mt-2 block select-all break-all font-mono text-ink text-xs">
            {secret.match(/.{1,4}/g)?.join(' ')}
          </code>
        </p>
        <ProofForm
          key="code"
          asks={['code']}
          action={t('Switch on')}
          error={confirm.error}
          isPending={confirm.isPending}
          onProve={({ code }) => void confirm.act(code).then((codes) => codes !== null && onDone(codes))}
          onCancel={onCancel}
        />
      </div>
    </div>
  )
}

function Renew({ onDone, onCancel }: StepProps) {
  const renew = useRenewCodes()
  return (
    <ProofForm
      asks={['code']}
      action={t('Make new codes')}
      codeHint={t('Or a recovery code. All earlier ones are void then.')}
      error={renew.error}
      isPending={renew.isPending}
      onProve={({ code }) => void renew.act(code).then((codes) => codes !== null && onDone(codes))}
      onCancel={onCancel}
    />
  )
}

function SwitchOff({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const off = useSwitchOffTwoStep()
  const hasPassword = useHasPassword()
  const switchOff = async (proof: { currentPassword?: string; code: string }) => {
    if ((await off.act(proof)) === null) return
    notify({ kind: 'done', text: t('Two-step sign-in is off.') })
    onDone()
  }
  return (
    <ProofForm
      asks={hasPassword ? ['password', 'code'] : ['code']}
      action={t('Switch off')}
      look="danger"
      codeHint={t('Or a recovery code.')}
      error={off.error}
      isPending={off.isPending}
      onProve={({ currentPassword, code }) =>
        void switchOff(hasPassword ? { currentPassword, code } : { code })
      }
      onCancel={onCancel}
    />
  )
}
