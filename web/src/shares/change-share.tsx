import type { Share } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { lifetimes } from '../state/lifetimes.ts'
import { useShareChanges } from '../state/shares.ts'
import { usePresetNames } from '../state/use-presets.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'
import { Choice } from './choice.tsx'
import { givenSizes } from './given-sizes.ts'
import { changeOf, wantedAsItIs } from './share-change.ts'
import { endText } from './share-end.ts'
import { AllowedFields, EndField, passwordFault } from './share-fields.tsx'
import { sizesFault } from './sizes-field.tsx'

interface ChangeShareProps {
  share: Share
  /** What it opens. */
  name: string
  onClose: () => void
}

/** What a link gives and until when, changed; its address stays, so that nobody has to be sent another. */
export function ChangeShare({ share, name, onClose }: ChangeShareProps) {
  const { change } = useShareChanges()
  const [wanted, setWanted] = useState(() => wantedAsItIs(share))
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const set = (part: Partial<typeof wanted>) => setWanted({ ...wanted, ...part })
  const weak = wanted.asksPassword ? passwordFault(wanted.password) : undefined
  const isUnsaid = wanted.asksPassword && !share.hasPassword && wanted.password === ''
  const names = usePresetNames()
  const isUnready = isUnsaid || weak !== undefined || sizesFault(wanted.allowed.presets, names) !== undefined
  const wish = () => changeOf(share, wanted, Date.now(), names)
  const isSame = Object.keys(wish()).length === 0

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || isSame || isUnready) return
    setBusy(true)
    setFault(null)
    try {
      await change(share, wish())
      onClose()
    } catch (error) {
      setFault(explainError(error))
      setBusy(false)
    }
  }

  return (
    <Sheet title={t('Change the link')} onClose={onClose} className="max-w-lg">
      <form onSubmit={(event) => void submit(event)} className="flex min-h-0 flex-col">
        <div className="grid min-h-0 gap-4 overflow-y-auto p-5 sm:p-6">
          <div>
            <h2 className="font-semibold text-lg tracking-tight">{t('Change the link')}</h2>
            <p className="mt-1 break-words text-muted text-sm">
              <bdi>{name}</bdi> · {t('Its address stays: nobody has to be sent another.')}
            </p>
            {givenSizes(share.sizes, names)?.length === 0 && (
              <p className="mt-1 text-danger text-sm">{t('Shows nothing any more: its sizes are gone')}</p>
            )}
          </div>
          <TextField
            label={t('Title for guests')}
            hint={share.type === 'album' ? t('Where it is empty, the name of the album.') : undefined}
            autoComplete="off"
            value={wanted.title}
            maxLength={200}
            onChange={(event) => set({ title: event.target.value })}
          />
          <EndField
            label={t('When the link ends')}
            options={[
              { value: 'same' as const, label: endText(share) },
              // What ends by being revoked only has no end already.
              ...lifetimes
                .filter(({ value }) => value !== 'never' || share.expiresAt !== null)
                .map(({ value, label }) => ({ value, label: t(label) })),
            ]}
            value={wanted.lifetime}
            onChange={(lifetime) => set({ lifetime })}
          />
          <div className="grid gap-1">
            <Choice
              checked={wanted.asksPassword}
              onChange={(asksPassword) => set({ asksPassword })}
              label={t('Guests need a password')}
            >
              {t('Send it by another way than the link.')}
            </Choice>
            {wanted.asksPassword && (
              <TextField
                label={share.hasPassword ? t('Another password') : t('share|Password')}
                type="text"
                autoComplete="off"
                spellCheck={false}
                value={wanted.password}
                maxLength={128}
                error={weak}
                hint={share.hasPassword ? t('Where it is empty, the password stays.') : undefined}
                onChange={(event) => set({ password: event.target.value })}
              />
            )}
          </div>
          <AllowedFields
            value={wanted.allowed}
            onChange={(allowed) => set({ allowed })}
            isAlbum={share.type === 'album'}
          />
          {fault !== null && (
            <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2.5 text-danger text-sm">
              {fault}
            </p>
          )}
        </div>
        {/* Where the fields are more than the window is high, it is seen that there is something to save. */}
        <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3 sm:px-6">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || isSame || isUnready}>
            {busy && <Spinner />} {t('Save')}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
