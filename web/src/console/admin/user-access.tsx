import type { AdminUser, AdminUserChange } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { t } from '../../languages/translate.ts'
import { useUserLinks } from '../../state/use-invitations.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { ShownOnce } from '../code.tsx'

/** Ways back in for somebody who has none: links that are handed over, and the end of a second step. */
export function UserAccess({ user, name }: { user: AdminUser; name: string }) {
  const { password, signIn, takeOffTwoStep } = useUserLinks()
  const [link, setLink] = useState<{ label: string; url: string } | null>(null)
  const [asking, setAsking] = useState(false)
  const make = (act: typeof password, label: string) =>
    void act.act(user).then((made) => made !== null && setLink({ label, url: made.url }))
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button disabled={password.isPending} onClick={() => make(password, t('Link for a new password'))}>
          {t('Link for a new password')}
        </Button>
        <Button disabled={signIn.isPending} onClick={() => make(signIn, t('Link that signs in'))}>
          {t('Link that signs in')}
        </Button>
        {user.twoStep && (
          <Button disabled={takeOffTwoStep.isPending} onClick={() => setAsking(true)}>
            {t('Take off two-step sign-in')}
          </Button>
        )}
      </div>
      <p className="text-muted text-xs">
        {user.twoStep ? t('Two-step sign-in is on.') : t('Two-step sign-in is off.')}
        {user.roleWhenVerified !== null && ` ${t('Waits for its address to be verified.')}`}
      </p>
      {link !== null && (
        <ShownOnce
          label={link.label}
          secret={link.url}
          about={t('Good once. Hand it to {name} yourself: it is shown this once.', { name })}
        />
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('Take two-step sign-in off {name}?', { name })}
        action={t('Take off two-step sign-in')}
        onConfirm={() => void takeOffTwoStep.act(user)}
      >
        {t('For who lost the phone and the recovery codes. Make sure that it is {name} who asks.', { name })}
      </ConfirmDialog>
    </div>
  )
}

const gigabyte = 1e9

/** What the account may keep, where that is not what everybody may. */
export function UserQuota({
  user,
  isPending,
  onChange,
}: {
  user: AdminUser
  isPending: boolean
  onChange: (change: AdminUserChange) => void
}) {
  const shown = (value: number | null, unit: number): string => (value === null ? '' : String(value / unit))
  const [bytes, setBytes] = useState(shown(user.quota.bytes, gigabyte))
  const [images, setImages] = useState(shown(user.quota.images, 1))
  const read = (text: string, unit: number): number | null =>
    text.trim() === '' ? null : Math.round(Number(text) * unit)
  const quota = { bytes: read(bytes, gigabyte), images: read(images, 1) }
  const isFit = [quota.bytes, quota.images].every(
    (value) => value === null || (value >= 0 && value <= 2 ** 53),
  )
  const isSame = quota.bytes === user.quota.bytes && quota.images === user.quota.images
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isFit && !isSame) onChange({ quota })
  }
  return (
    <form onSubmit={submit} className="flex max-w-lg flex-wrap items-start gap-2">
      <TextField
        label={t('Space in GB')}
        type="number"
        min={0}
        step="any"
        hint={t('Empty: as configured. 0: no limit.')}
        value={bytes}
        onChange={(event) => setBytes(event.target.value)}
        className="min-w-0 flex-1 basis-36"
      />
      <TextField
        label={t('Images')}
        type="number"
        min={0}
        step={1}
        hint={t('Empty: as configured. 0: no limit.')}
        value={images}
        onChange={(event) => setImages(event.target.value)}
        className="min-w-0 flex-1 basis-36"
      />
      <Button type="submit" className="h-11 sm:mt-[1.625rem]" disabled={!isFit || isSame || isPending}>
        {t('Save the quota')}
      </Button>
    </form>
  )
}
