import { LockKeyhole } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'

interface SharedLockProps {
  /** Why the last one did not open it. */
  fault: string | null
  onUnlock: (password: string) => Promise<void>
}

/** Asks for the password of a link. */
export function SharedLock({ fault, onUnlock }: SharedLockProps) {
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || password === '') return
    setBusy(true)
    await onUnlock(password)
    setBusy(false)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="w-[min(20rem,calc(100vw-3rem))]">
      <span className="mb-5 grid size-11 place-content-center rounded-full bg-accent-soft text-accent">
        <LockKeyhole aria-hidden className="size-5" />
      </span>
      <h1 className="font-semibold text-2xl tracking-tight">{t('These photos are protected')}</h1>
      <p className="mt-1.5 mb-6 text-muted text-sm">{t('Whoever sent you the link knows the password.')}</p>
      <TextField
        label={t('Password')}
        type="password"
        autoComplete="off"
        autoFocus
        value={password}
        maxLength={128}
        error={fault ?? undefined}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" look="primary" className="mt-4 w-full" disabled={busy || password === ''}>
        {busy && <Spinner />} {t('Open')}
      </Button>
    </form>
  )
}
