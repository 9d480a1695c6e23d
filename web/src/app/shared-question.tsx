import { Fragment, useEffect, useState } from 'react'
import { plural, rich, t } from '../languages/translate.ts'
import { useAccount, useUser } from '../state/account-scope.tsx'
import { notify } from '../state/notices.ts'
import { forgetSharedFiles } from '../state/shared-cache.ts'
import { readSharedFiles, type SharedFiles } from '../state/shared-files.ts'
import { AskDialog } from '../ui/ask-dialog.tsx'

/** Asks before files are uploaded that another app shared: any site can send a form that looks like one. */
export function SharedQuestion() {
  const { uploads } = useAccount()
  const user = useUser()
  const [shared, setShared] = useState<SharedFiles | null>(null)
  useEffect(() => {
    let isWanted = true
    readSharedFiles().then(
      (found) => isWanted && setShared(found),
      () => undefined,
    )
    return () => {
      isWanted = false
    }
  }, [])
  const count = shared?.files.length ?? 0
  const refusal =
    user?.role === 'viewer'
      ? t('Your account may look at photos, and not add any.')
      : t('Nothing that was shared is an image.')
  const isRefused = shared !== null && user !== undefined && (count === 0 || user.role === 'viewer')
  useEffect(() => {
    if (!isRefused) return
    notify({ kind: 'fault', text: refusal })
    void forgetSharedFiles()
    setShared(null)
  }, [isRefused, refusal])
  if (shared === null || user === undefined || isRefused) return null
  const { files, leftOut, tooMany } = shared
  // Another tab may ask the same, and have its answer.
  const upload = async (chosen: readonly File[]) => {
    if (await forgetSharedFiles()) uploads.add(chosen)
  }
  return (
    <AskDialog
      open
      onOpenChange={(open) => {
        if (open) return
        void forgetSharedFiles()
        setShared(null)
      }}
      title={plural(
        count,
        'Upload the photo that was shared?',
        'Upload the {count} photos that were shared?',
      )}
      answers={[{ name: t('Upload'), look: 'primary', onChoose: () => void upload(files) }]}
    >
      {rich('Another app or page sent this to Rendition. It goes to the library of {name}.', {
        name: user.username ?? user.email ?? '',
      })}{' '}
      {leftOut.length > 0 &&
        rich('Left out, because it is no image: {names}.', { names: <Names names={leftOut} /> })}
      {tooMany > 0 &&
        ` ${plural(tooMany, '{count} more is too much at once: share it by itself.', '{count} more are too much at once: share them by themselves.')}`}
    </AskDialog>
  )
}

/** One behind the other, each in its own direction. */
function Names({ names }: { names: readonly string[] }) {
  return names.map((name, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same name may come twice
    <Fragment key={at}>
      {at > 0 && ', '}
      <bdi>{name}</bdi>
    </Fragment>
  ))
}
