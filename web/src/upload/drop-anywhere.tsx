import { ImageUp } from 'lucide-react'
import { useEffect, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import { notify } from '../state/notices.ts'
import type { ChosenFile } from '../state/upload.ts'
import { cameInFolders, filesOfDrop } from './dropped-files.ts'
import { FolderQuestion } from './folder-question.tsx'

const carriesFiles = (transfer: DataTransfer | null): transfer is DataTransfer =>
  transfer?.types.includes('Files') === true

/** Files may be dropped, or pasted, anywhere on the page; a veil says so while they hover. */
export function DropAnywhere() {
  const { uploads } = useAccount()
  const [hovering, setHovering] = useState(false)
  const [asked, setAsked] = useState<readonly ChosenFile[] | null>(null)

  useEffect(() => {
    // Enter and leave come for every element on the way; what is open in the end is the page itself.
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return
      depth++
      setHovering(true)
    }
    const over = (event: DragEvent) => {
      if (carriesFiles(event.dataTransfer)) event.preventDefault()
    }
    const leave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setHovering(false)
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setHovering(false)
      if (!carriesFiles(event.dataTransfer)) return
      event.preventDefault()
      void filesOfDrop(event.dataTransfer).then(({ files, unread }) => {
        if (unread > 0) {
          notify({
            kind: 'fault',
            text: `${unreadText(unread)}${files.length === 0 ? '' : ` ${t('The rest is uploaded.')}`}`,
          })
        }
        // Of two drops one after the other, one question asks.
        if (cameInFolders(files)) setAsked((before) => [...(before ?? []), ...files])
        else uploads.add(files)
      })
    }
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length > 0) uploads.add(files)
    }
    const ending = new AbortController()
    const { signal } = ending
    window.addEventListener('dragenter', enter, { signal })
    window.addEventListener('dragover', over, { signal })
    window.addEventListener('dragleave', leave, { signal })
    window.addEventListener('drop', drop, { signal })
    window.addEventListener('paste', paste, { signal })
    return () => ending.abort()
  }, [uploads])

  return (
    <>
      <FolderQuestion files={asked} onAnswered={() => setAsked(null)} />
      {hovering && <Veil />}
    </>
  )
}

const unreadText = (count: number): string =>
  plural(
    count,
    'One file or folder could not be read on this device.',
    '{count} files or folders could not be read on this device.',
  )

function Veil() {
  return (
    <div className="pointer-events-none fixed inset-0 z-70 grid animate-appear place-items-center bg-ground/85 p-4">
      <div className="grid size-full place-items-center rounded-3xl border-2 border-accent border-dashed">
        <p className="flex flex-col items-center gap-4 font-semibold text-2xl tracking-tight">
          <ImageUp aria-hidden className="size-10 text-accent" strokeWidth={1.5} />
          {t('Drop to upload')}
        </p>
      </div>
    </div>
  )
}
