import type { CreatedShare } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { endOf, type Lifetime, lifetimes, type ShareTarget, useShareChanges } from '../state/shares.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'
import { Choice } from './choice.tsx'

const shortestPassword = 4

interface ShareFormProps {
  target: ShareTarget
  onMade: (share: CreatedShare) => void
}

/** What a new link gives, and for how long. */
export function ShareForm({ target, onMade }: ShareFormProps) {
  const { create } = useShareChanges()
  const [lifetime, setLifetime] = useState<Lifetime>('month')
  const [password, setPassword] = useState('')
  const [downloads, setDownloads] = useState(false)
  const [originals, setOriginals] = useState(false)
  const [uploads, setUploads] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const short = password !== '' && password.length < shortestPassword

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || short) return
    setBusy(true)
    setFault(null)
    try {
      const expiresAt = endOf(lifetime, Date.now())
      const choices = {
        expiresAt,
        downloads,
        originals: downloads && originals,
        uploads,
        ...(password === '' ? {} : { password }),
      }
      onMade(await create(target, choices))
    } catch (error) {
      setFault(explainError(error))
      setBusy(false)
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-4">
      <fieldset>
        <legend className="mb-1.5 font-medium text-sm">{t('The link ends after')}</legend>
        <div className="grid grid-cols-2 gap-1.5 sm:grid-cols-4">
          {lifetimes.map(({ value, label }) => (
            <label
              key={value}
              className="grid h-10 cursor-pointer place-content-center rounded-lg border border-line px-2 text-center text-[0.8125rem]
                leading-tight has-checked:border-ink has-checked:bg-ink/7 has-checked:font-medium
                has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
            >
              <input
                type="radio"
                name="lifetime"
                value={value}
                checked={lifetime === value}
                onChange={() => setLifetime(value)}
                className="sr-only"
              />
              {t(label)}
            </label>
          ))}
        </div>
      </fieldset>
      <TextField
        label={t('Password, if you want one')}
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={password}
        maxLength={128}
        error={short ? t('At least {count} characters.', { count: shortestPassword }) : undefined}
        hint={t('Send it by another way than the link.')}
        onChange={(event) => setPassword(event.target.value)}
      />
      <div className="grid gap-1">
        <Choice checked={downloads} onChange={setDownloads} label={t('Guests may download')}>
          {t('In every size but the original file.')}
        </Choice>
        {downloads && (
          <Choice checked={originals} onChange={setOriginals} label={t('The original files too')}>
            {t('As they were uploaded, without the place where they were taken.')}
          </Choice>
        )}
        {target.type === 'album' && (
          <Choice checked={uploads} onChange={setUploads} label={t('Guests may add photos')}>
            {t('They come into this album and count in your space.')}
          </Choice>
        )}
      </div>
      {fault !== null && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2.5 text-danger text-sm">
          {fault}
        </p>
      )}
      <Button type="submit" look="primary" disabled={busy || short}>
        {busy && <Spinner />} {t('Make the link')}
      </Button>
    </form>
  )
}
