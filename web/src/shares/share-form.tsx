import type { CreatedShare } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { endOf, type Lifetime, lifetimes } from '../state/lifetimes.ts'
import { type ShareTarget, useShareChanges } from '../state/shares.ts'
import { usePresetNames } from '../state/use-presets.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'
import { stillThere } from './given-sizes.ts'
import { type Allowed, AllowedFields, EndField, passwordFault } from './share-fields.tsx'
import { sizesFault } from './sizes-field.tsx'

interface ShareFormProps {
  target: ShareTarget
  onMade: (share: CreatedShare) => void
}

/** What a new link gives, and for how long. */
export function ShareForm({ target, onMade }: ShareFormProps) {
  const { create } = useShareChanges()
  const [lifetime, setLifetime] = useState<Lifetime>('month')
  const [password, setPassword] = useState('')
  const [allowed, setAllowed] = useState<Allowed>({
    presets: null,
    downloads: false,
    originals: false,
    uploads: false,
  })
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const weak = passwordFault(password)
  const names = usePresetNames()
  const isUnready = weak !== undefined || sizesFault(allowed.presets, names) !== undefined

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || isUnready) return
    setBusy(true)
    setFault(null)
    try {
      const choices = {
        ...allowed,
        presets: allowed.presets && stillThere(allowed.presets, names),
        expiresAt: endOf(lifetime, Date.now()),
        originals: allowed.downloads && allowed.originals,
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
      <EndField
        label={t('The link ends after')}
        options={lifetimes.map(({ value, label }) => ({ value, label: t(label) }))}
        value={lifetime}
        onChange={setLifetime}
      />
      <TextField
        label={t('Password, if you want one')}
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={password}
        maxLength={128}
        error={weak}
        hint={t('Send it by another way than the link.')}
        onChange={(event) => setPassword(event.target.value)}
      />
      <AllowedFields value={allowed} onChange={setAllowed} isAlbum={target.type === 'album'} />
      {fault !== null && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2.5 text-danger text-sm">
          {fault}
        </p>
      )}
      <Button type="submit" look="primary" disabled={busy || isUnready}>
        {busy && <Spinner />} {t('Make the link')}
      </Button>
    </form>
  )
}
