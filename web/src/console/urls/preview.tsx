import { useEffect, useState } from 'react'
import { t } from '../../languages/translate.ts'
import type { Delivered } from '../../state/use-url-builder.ts'
import { Spinner } from '../../ui/spinner.tsx'

interface PreviewProps {
  delivered: Delivered | undefined
  isPending: boolean
  alt: string
  onSize: (size: { width: number; height: number } | null) => void
}

/** The picture as it was answered: the very bytes, so that what is measured is what is seen. */
export function Preview({ delivered, isPending, alt, onSize }: PreviewProps) {
  const [url, setUrl] = useState<string | null>(null)
  const blob = delivered?.blob
  useEffect(() => {
    if (blob === undefined) {
      setUrl(null)
      onSize(null)
      return
    }
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob, onSize])
  return (
    <div className="relative grid min-h-64 place-items-center overflow-hidden rounded-xl bg-sunken">
      {url !== null && (
        <img
          src={url}
          alt={alt}
          data-built-picture
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            onSize({ width: naturalWidth, height: naturalHeight })
          }
          className="checkered max-h-[60dvh] max-w-full"
        />
      )}
      {isPending && (
        <span
          role="status"
          aria-label={t('The picture is being made')}
          className="absolute top-3 end-3 rounded-full bg-raised p-2 shadow-float"
        >
          <Spinner />
        </span>
      )}
    </div>
  )
}
