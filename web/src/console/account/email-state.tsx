import { t } from '../../languages/translate.ts'
import { useRegistration } from '../../state/sign-in.ts'
import { useEmail, useResendVerification } from '../../state/use-email.ts'
import { Button } from '../../ui/button.tsx'
import { FormFault } from '../answer.tsx'

/** What is known of the address, and the link that verifies it; nothing where nobody asks for that. */
export function EmailStateNote() {
  const { data } = useEmail()
  const { known } = useRegistration()
  const { act, isPending, error } = useResendVerification()
  if (known?.verifies !== true || data === undefined) return null
  const waits = data.pending ?? (data.verified ? null : data.address)
  if (waits === null) return null
  return (
    <div className="mb-4 grid justify-items-start gap-3 rounded-xl bg-accent-soft/60 p-4">
      <p role="status" className="max-w-prose text-sm">
        {data.role === null
          ? t('Open the link that was mailed to {address}: the address counts from then on.', {
              address: waits,
            })
          : t('Open the link that was mailed to {address}: until then you may look, and change nothing.', {
              address: waits,
            })}
      </p>
      <FormFault error={error} />
      <Button disabled={isPending} onClick={() => void act()}>
        {t('Mail it again')}
      </Button>
    </div>
  )
}
