import { ChevronDown, ChevronUp, CircleX, Pause, Play, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../languages/translate.ts'
import { announce } from '../state/notices.ts'
import { useOnline } from '../state/online.ts'
import type { Upload } from '../state/upload.ts'
import { useUploads } from '../state/use-uploads.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { speedOf, summarize } from './summary.ts'
import { UploadRow } from './upload-row.tsx'

/** What is being uploaded, in a corner that stays put while one looks at other things. */
export function UploadList() {
  const { uploads, list } = useUploads()
  const online = useOnline()
  // Where a window is low the list would lie over most of the page; it is a click away.
  const [open, setOpen] = useState(() => !matchMedia('(height < 30rem)').matches)
  const { active, going, paused, trouble, sent, left, title } = summarize(list, online)
  const speed = going > 0 ? speedOf(uploads.bytesPerSecond(), left) : null
  const failed = list.filter(({ state }) => state === 'failed').length
  const holds = list.some(
    ({ state, address }) => address === null && (state === 'waiting' || state === 'uploading'),
  )

  useEffect(() => {
    announce(title)
  }, [title])

  return (
    <section
      aria-label={t('Uploads')}
      className="fixed inset-x-3 bottom-[calc(var(--bar)+env(safe-area-inset-bottom)+0.75rem)] z-40 animate-rise overflow-hidden rounded-2xl border border-line bg-raised
        shadow-float sm:end-5 sm:bottom-5 sm:start-auto sm:w-96"
    >
      <header className="flex items-center gap-1 py-1.5 pe-2 ps-4">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-medium text-sm">{title}</h2>
          {speed !== null && <p className="tabular text-[0.8125rem] text-muted">{speed}</p>}
        </div>
        {failed > 1 && (
          <Button look="quiet" className="px-3" onClick={uploads.retryFailed}>
            {t('Retry {failed}', { failed })}
          </Button>
        )}
        {holds && (
          <IconButton label={t('Pause all')} onClick={uploads.pauseAll}>
            <Pause aria-hidden />
          </IconButton>
        )}
        {going === 0 && paused > 0 && (
          <IconButton label={t('Resume all')} onClick={uploads.resumeAll}>
            <Play aria-hidden />
          </IconButton>
        )}
        {going + paused > 1 && (
          <IconButton label={t('Cancel all')} onClick={uploads.cancelAll}>
            <CircleX aria-hidden />
          </IconButton>
        )}
        <IconButton
          label={open ? t('Hide the list') : t('Show the list')}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />}
        </IconButton>
        {active === 0 && (
          <IconButton label={t('Close')} onClick={uploads.clearFinished}>
            <X aria-hidden />
          </IconButton>
        )}
      </header>
      {active > 0 && <ProgressBar value={sent} label={t('All uploads')} className="rounded-none" />}
      {open && (
        <ul
          // Trouble first: it is what needs somebody.
          className="max-h-[min(45dvh,22rem)] overflow-y-auto overscroll-contain border-line border-t py-1"
          data-trouble={trouble}
        >
          {byUrgency(list).map((upload) => (
            <UploadRow key={upload.key} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  )
}

const urgency = {
  rejected: 0,
  failed: 0,
  uploading: 1,
  processing: 1,
  paused: 1,
  waiting: 2,
  cancelled: 3,
  ready: 4,
} as const

function byUrgency(list: readonly Upload[]): readonly Upload[] {
  return list.toSorted((a, b) => urgency[a.state] - urgency[b.state] || a.key - b.key)
}
