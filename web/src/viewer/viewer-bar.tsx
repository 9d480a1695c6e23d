import type { Image, Size } from '@rendition/contract'
import {
  Check,
  Download,
  Heart,
  Info,
  Link2,
  Pause,
  Play,
  RotateCcw,
  SlidersHorizontal,
  Trash2,
  X,
} from 'lucide-react'
import { useState } from 'react'
import { copyText } from '../copy-text.ts'
import { formatSizeName } from '../format.ts'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { ShareButton } from '../shares/share-button.tsx'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { announce, notify } from '../state/notices.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { downloadName } from './sizes.ts'

interface ViewerBarProps {
  image: Image
  chosen: string
  size: Size | undefined
  playing: boolean
  /** null where there is nothing to go on to. */
  onPlay: (() => void) | null
  panelOpen: boolean
  onTogglePanel: () => void
  /** To the trash, or out of it for good; null where nothing may be changed. */
  onPutAway: (() => void) | null
  /** null for what is not in the trash. */
  onRestore: (() => void) | null
  onFavourite: (() => void) | null
  onEdit: (() => void) | null
  /** What is shared stays: nothing goes on meanwhile. null where it may not be. */
  onShare: (() => void) | null
  onClose: () => void
}

/** What can be done with the picture, in the size that is shown. */
export function ViewerBar({
  image,
  chosen,
  size,
  playing,
  onPlay,
  panelOpen,
  onTogglePanel,
  onPutAway,
  onRestore,
  onFavourite,
  onEdit,
  onShare,
  onClose,
}: ViewerBarProps) {
  return (
    // At 320 px, which is a window at 400 % too, all of it has room without gaps.
    <div className="flex h-14 items-center gap-1 px-2 max-[22.5rem]:gap-0 max-[22.5rem]:px-1 sm:h-16 sm:px-4">
      <IconButton label={t('Close')} onClick={onClose}>
        <X aria-hidden />
      </IconButton>
      <p className="min-w-0 flex-1 truncate px-1 font-medium text-sm">
        {/* On a phone its first letters would have room, and the panel below names it. */}
        <bdi className="max-sm:sr-only">{image.originalName}</bdi>
      </p>
      {size !== undefined && (
        <>
          <CopyButton url={pictureUrl(size)} name={chosen} />
          <DownloadButton image={image} chosen={chosen} size={size} />
        </>
      )}
      {onShare !== null && <ShareButton target={{ type: 'image', imageIds: [image.id] }} onOpen={onShare} />}
      {onEdit !== null && (
        <IconButton label={t('Edit')} onClick={onEdit}>
          <SlidersHorizontal aria-hidden />
        </IconButton>
      )}
      {onFavourite !== null && (
        <IconButton label={t('Favourite')} aria-pressed={image.favourite} onClick={onFavourite}>
          <Heart aria-hidden fill={image.favourite ? 'currentColor' : 'none'} />
        </IconButton>
      )}
      {onRestore !== null && (
        <IconButton label={t('Restore')} onClick={onRestore}>
          <RotateCcw aria-hidden />
        </IconButton>
      )}
      {onPutAway !== null && (
        <IconButton label={image.trashedAt ? t('Delete for good') : t('Move to trash')} onClick={onPutAway}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
      {onPlay !== null && (
        <IconButton label={playing ? t('Stop the slideshow') : t('Slideshow')} onClick={onPlay}>
          {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </IconButton>
      )}
      <IconButton
        label={panelOpen ? t('Hide details') : t('Show details')}
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
  const { client } = useAccount()
  const download = async () => {
    try {
      const parameters = new URL(pictureUrl(size)).searchParams
      parameters.delete('exp')
      parameters.delete('sig')
      parameters.set('download', downloadName(image, chosen, size))
      const explained = await client.images.explain(image.id, Object.fromEntries(parameters))
      window.location.assign(pictureUrl(explained))
    } catch (error) {
      notify({ kind: 'fault', text: explainError(error) })
    }
  }
  return (
    <IconButton
      label={t('Download {size}', { size: formatSizeName(chosen) })}
      onClick={download}
      data-download
    >
      <Download aria-hidden />
    </IconButton>
  )
}

const copiedForMs = 2000

function CopyButton({ url, name }: { url: string; name: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await copyText(url)
      setCopied(true)
      announce(t('URL of the size {size} copied', { size: formatSizeName(name) }))
      setTimeout(() => setCopied(false), copiedForMs)
    } catch {
      notify({ kind: 'fault', text: t('The browser did not let us copy.') })
    }
  }
  return (
    <Button
      look="quiet"
      // On a phone the panel below has it, with the other ways to copy.
      className="px-3 max-sm:hidden"
      onClick={copy}
      title={t('Copy the URL of the size {size}', { size: formatSizeName(name) })}
      data-copy
    >
      {copied ? <Check aria-hidden className="size-4 text-good" /> : <Link2 aria-hidden className="size-4" />}
      <span>{copied ? t('Copied') : t('Copy URL')}</span>
    </Button>
  )
}
