import { CircleCheck, CirclePause, CircleSlash, CircleX, Pause, Play, RotateCw, X } from 'lucide-react'
import { Link } from 'wouter'
import { formatBytes } from '../format.ts'
import { isolated } from '../languages/direction.ts'
import { plural, t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError, serviceText } from '../state/explain-error.ts'
import { explainUpload } from '../state/explain-upload.ts'
import { useOnline } from '../state/online.ts'
import { isArchive, isTrouble, isUnsent, type Unpacked, type Upload } from '../state/upload.ts'
import { useImage, useTwin } from '../state/use-images.ts'
import { IconButton } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { ProgressBar } from './progress-bar.tsx'

/** One file on its way. */
export function UploadRow({ upload }: { upload: Upload }) {
  const { key, file, state, sent } = upload
  const { uploads } = useAccount()
  const online = useOnline()
  return (
    <li className="flex min-h-15 items-center gap-3 px-4 py-2" data-upload={state} data-kept={upload.kept}>
      <UploadMark upload={upload} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm" title={file.name}>
          {upload.imageId !== null && state === 'ready' ? (
            <Link href={`/photos/${upload.imageId}`} className="hover:underline">
              <bdi>{file.name}</bdi>
            </Link>
          ) : (
            <bdi>{file.name}</bdi>
          )}
        </p>
        <p
          className={
            isTrouble(upload) ? 'text-[0.8125rem] text-danger' : 'tabular text-[0.8125rem] text-muted'
          }
        >
          {describe(upload, online)}
          {state === 'ready' && upload.imageId !== null && <Twin id={upload.imageId} />}
        </p>
        {(state === 'uploading' || (isUnsent(upload) && sent > 0)) && (
          <ProgressBar value={sent} label={t('Upload of {name}', { name: file.name })} className="mt-1.5" />
        )}
      </div>
      {(state === 'waiting' || state === 'uploading') && upload.address === null && (
        <IconButton label={t('Pause {name}', { name: file.name })} onClick={() => uploads.pause(key)}>
          <Pause aria-hidden />
        </IconButton>
      )}
      {state === 'paused' && (
        <IconButton label={t('Resume {name}', { name: file.name })} onClick={() => uploads.resume(key)}>
          <Play aria-hidden />
        </IconButton>
      )}
      {(isUnsent(upload) || state === 'failed') && (
        <IconButton label={t('Cancel {name}', { name: file.name })} onClick={() => uploads.cancel(key)}>
          <X aria-hidden />
        </IconButton>
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <IconButton label={t('Retry {name}', { name: file.name })} onClick={() => uploads.retry(key)}>
          <RotateCw aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

function describe(upload: Upload, online: boolean): string {
  const { state, file, sent, rendered, error, unpacked, address } = upload
  if (address !== null) {
    if (state === 'waiting' && error === null) return t('Waits to be fetched')
    if (state === 'uploading') return t('Being fetched from {host}', { host: new URL(address).host })
    if (state === 'ready') return t('Fetched from {host}', { host: new URL(address).host })
  }
  const size = formatBytes(file.size)
  switch (state) {
    case 'waiting':
      if (!online) return t('{size} · waiting for the connection', { size })
      return error === null
        ? t('{size} · waiting', { size })
        : t('{size} · waiting. {error}', { size, error: explainError(error) })
    case 'paused':
      return sent > 0
        ? t('Paused at {sent} of {size}', { sent: formatBytes(file.size * sent), size })
        : t('{size} · paused', { size })
    case 'uploading':
      return t('{sent} of {size}', { sent: formatBytes(file.size * sent), size })
    case 'processing':
      if (address === null && isArchive(file)) return t('Unpacking')
      return rendered > 0
        ? t('Making sizes · {percent} %', { percent: Math.round(rendered * 100) })
        : t('Making sizes')
    case 'ready':
      if (unpacked !== null) return unpackedText(unpacked)
      return t('{size} · ready', { size })
    case 'cancelled':
      return t('Cancelled')
    default:
      return explainUpload(error)
  }
}

/** The same file twice is two photos: said, with where one of them can be kept. */
function Twin({ id }: { id: string }) {
  const twin = useTwin(useImage(id).data)
  if (twin === undefined) return null
  return (
    <>
      {' · '}
      {t('the same file is here already, as {name}', { name: twin.originalName })}{' '}
      <Link href="/duplicates" className="underline underline-offset-2">
        {t('Duplicates')}
      </Link>
    </>
  )
}

/** As many as one reads; the job has the others. */
const mostNamed = 3

function unpackedText({ made, refused, rejected }: Unpacked): string {
  const came = plural(made, '{count} photo unpacked', '{count} photos unpacked')
  if (refused === 0) return came
  const named = rejected
    .slice(0, mostNamed)
    .map(({ originalName, detail }) => `${isolated(originalName)}: ${serviceText(detail)}`)
    .join(' ')
  return `${came} · ${plural(refused, '{count} file not taken', '{count} files not taken')}. ${named}`
}

const frame = 'grid size-10 shrink-0 place-items-center overflow-hidden rounded-md'

function UploadMark({ upload: { state, imageId } }: { upload: Upload }) {
  if (state === 'ready' && imageId !== null) return <UploadThumbnail id={imageId} />
  if (state === 'ready') return <DoneMark />
  if (state === 'rejected' || state === 'failed') {
    return (
      <span className={`${frame} bg-danger-soft text-danger`}>
        <CircleX aria-hidden className="size-5" />
      </span>
    )
  }
  if (state === 'cancelled' || state === 'paused') {
    const Sign = state === 'paused' ? CirclePause : CircleSlash
    return (
      <span className={`${frame} bg-sunken text-muted`}>
        <Sign aria-hidden className="size-5" />
      </span>
    )
  }
  return (
    <span className={`${frame} bg-accent-soft text-accent`}>
      {state === 'waiting' ? (
        <span className="size-2 rounded-full bg-current" />
      ) : (
        <Spinner className="size-5" />
      )}
    </span>
  )
}

function DoneMark() {
  return (
    <span className={`${frame} bg-sunken text-good`}>
      <CircleCheck aria-hidden className="size-5" />
    </span>
  )
}

function UploadThumbnail({ id }: { id: string }) {
  const { data: image } = useImage(id)
  const thumbnail = image?.sizes.thumbnail
  if (thumbnail === undefined) {
    return <DoneMark />
  }
  return <img src={pictureUrl(thumbnail)} alt="" className={`${frame} object-cover`} />
}
