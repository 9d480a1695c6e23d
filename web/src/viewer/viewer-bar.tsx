import type { Image, Size } from '@rendition/contract'
import { Check, Download, Info, Link2, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { explainError } from '../explain-error.ts'
import { client } from '../session/client.ts'
import { announce } from '../ui/announcer.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { copyText } from './copy-text.ts'
import { downloadName } from './sizes.ts'

interface ViewerBarProps {
  image: Image
  chosen: string
  size: Size | undefined
  panelOpen: boolean
  onTogglePanel: () => void
  onDelete: () => void
  onClose: () => void
}

/** What can be done with the picture, in the size that is shown. */
export function ViewerBar({
  image,
  chosen,
  size,
  panelOpen,
  onTogglePanel,
  onDelete,
  onClose,
}: ViewerBarProps) {
  return (
    <div className="flex h-14 items-center gap-1 px-2 sm:h-16 sm:px-4">
      <IconButton label="Close" onClick={onClose}>
        <X aria-hidden />
      </IconButton>
      <p className="min-w-0 flex-1 truncate px-1 font-medium text-sm">{image.originalName}</p>
      {size !== undefined && (
        <>
          <CopyButton url={size.url} name={chosen} />
          <DownloadButton image={image} chosen={chosen} size={size} />
        </>
      )}
      <IconButton label="Delete" onClick={onDelete}>
        <Trash2 aria-hidden />
      </IconButton>
      <IconButton
        label={panelOpen ? 'Hide details' : 'Show details'}
        aria-pressed={panelOpen}
        onClick={onTogglePanel}
        className="max-lg:hidden"
      >
        <Info aria-hidden />
      </IconButton>
    </div>
  )
}

/**
 * Goes to a URL that says itself that it is a download. A `download` attribute would not do: browsers drop it where the
 * original is redirected to the storage, and would show the picture in place of the gallery.
 */
function DownloadButton({ image, chosen, size }: { image: Image; chosen: string; size: Size }) {
  const download = async () => {
    try {
      const parameters = new URL(size.url, window.location.href).searchParams
      parameters.delete('exp')
      parameters.delete('sig')
      parameters.set('download', downloadName(image, chosen, size))
      const { url } = await client.images.explain(image.id, Object.fromEntries(parameters))
      window.location.assign(url)
    } catch (error) {
      toast.error(explainError(error))
    }
  }
  return (
    <IconButton label={`Download ${chosen}`} onClick={download} data-download>
      <Download aria-hidden />
    </IconButton>
  )
}

const copiedForMs = 2000

function CopyButton({ url, name }: { url: string; name: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await copyText(new URL(url, window.location.href).href)
      setCopied(true)
      announce(`URL of the ${name} size copied`)
      setTimeout(() => setCopied(false), copiedForMs)
    } catch {
      toast.error('The browser did not let us copy.')
    }
  }
  return (
    <Button look="quiet" className="px-3" onClick={copy} title={`Copy the URL of the ${name} size`} data-copy>
      {copied ? <Check aria-hidden className="size-4 text-good" /> : <Link2 aria-hidden className="size-4" />}
      <span className="max-sm:sr-only">{copied ? 'Copied' : 'Copy URL'}</span>
    </Button>
  )
}
