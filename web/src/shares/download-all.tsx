import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import type { SharedStore } from '../state/shared.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { sizeForAll, zipShared } from './shared-zip.ts'

interface DownloadAllProps {
  store: SharedStore
  /** What the file is called. */
  title: string
  total: number
}

/** All photos of a link as one file, which the page puts together; a second press breaks it off. */
export function DownloadAll({ store, title, total }: DownloadAllProps) {
  const [done, setDone] = useState<number | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const going = useRef<AbortController | null>(null)
  useEffect(() => () => going.current?.abort(), [])

  const download = async () => {
    const aborting = new AbortController()
    const { signal } = aborting
    going.current = aborting
    setDone(0)
    setSaid(null)
    try {
      while (store.state().hasMore && store.state().fault === null) {
        await store.more()
        signal.throwIfAborted()
      }
      const { images, fault } = store.state()
      // The page says it.
      if (fault !== null) return
      const size = sizeForAll(images)
      if (size === null)
        return setSaid(t('All of it together is too much for one file. Download the photos one by one.'))
      const { zip, missing } = await zipShared(images, size, { signal, onDone: setDone })
      // Nothing at all: what the link opens is another by now.
      if (missing === images.length) await store.refresh()
      else save(zip, `${title.replace(/[/\\:]/g, '_')}.zip`)
      if (missing > 0)
        setSaid(
          plural(
            missing,
            '{count} photo is not in it: it is not here any more.',
            '{count} photos are not in it: they are not here any more.',
          ),
        )
    } catch (error) {
      if (!signal.aborted) setSaid(t('{error} Nothing was downloaded.', { error: explainError(error) }))
    } finally {
      setDone(null)
    }
  }
  return (
    <div className="max-w-full">
      <Button onClick={() => (done === null ? void download() : going.current?.abort())}>
        {done === null ? <Download aria-hidden className="size-4" /> : <Spinner />}
        {done === null ? t('Download all') : t('Cancel · {done} of {total}', { done, total })}
      </Button>
      <p role="status" className={said === null ? 'sr-only' : 'mt-2 max-w-xs text-muted text-sm'}>
        {said}
      </p>
    </div>
  )
}

function save(zip: Blob, name: string): void {
  const url = URL.createObjectURL(zip)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // A browser that asks where to put it reads it after that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
