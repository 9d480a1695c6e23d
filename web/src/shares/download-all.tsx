import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import type { SharedStore } from '../state/shared.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { readAnew } from './read-anew.ts'
import { saveFrom } from './save-shared.ts'
import { offersNone, sizeForAll, tooMuch, zipShared } from './shared-zip.ts'

/** A download of all photos, as the page has it. */
export interface AllDownload {
  /** How many are there already; null while none goes on. */
  done: number | null
  /** What became of the last one, in words. */
  said: string | null
  /** Begins it; once more breaks it off. */
  press: () => void
}

/** All photos of a link as one file, which the page puts together; `title` is what the file is called. */
export function useDownloadAll(store: SharedStore, title: string): AllDownload {
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
      if (sizeForAll(images) === null) return setSaid(offersNone(images) ? noFiles() : tooMuch())
      const renew = () => readAnew(store)
      const { zip, missing } = await zipShared(images, { signal, onDone: setDone, renew })
      if (missing === images.length) return setSaid(noFiles())
      save(zip, `${title.replace(/[/\\:]/g, '_')}.zip`)
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
  return { done, said, press: () => (done === null ? void download() : going.current?.abort()) }
}

export function DownloadAll({ all: { done, press }, total }: { all: AllDownload; total: number }) {
  return (
    <Button onClick={press} className="tabular">
      {done === null ? <Download aria-hidden className="size-4" /> : <Spinner />}
      {done === null ? t('Download all') : t('Cancel · {done} of {total}', { done, total })}
    </Button>
  )
}

const noFiles = () => t('The link offers no files any more.')

function save(zip: Blob, name: string): void {
  const url = URL.createObjectURL(zip)
  saveFrom(url, name)
  // A browser that asks where to put it reads it after that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
