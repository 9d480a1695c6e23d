import type { Image, Size } from '@rendition/contract'
import { Check, Copy } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import { copyText } from '../copy-text.ts'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { announce, notify } from '../state/notices.ts'
import { markdownOf, reactOf } from './snippets.ts'

const ways = ['URL', 'HTML', 'Markdown', 'React'] as const
type Way = (typeof ways)[number]
const copiedForMs = 2000

interface CopyAsProps {
  image: Image
  /** The size that is shown, for what names one picture; the others name all widths. */
  size: Size
}

/** The picture as it is pasted elsewhere: its URL, a whole `<picture>` with every width, Markdown, JSX. */
export function CopyAs({ image, size }: CopyAsProps) {
  const { client, ended } = useAccount()
  const [copied, setCopied] = useState<Way | null>(null)
  const id = useId()
  useEffect(() => {
    if (copied === null) return
    const timer = setTimeout(() => setCopied(null), copiedForMs)
    return () => clearTimeout(timer)
  }, [copied])

  const textOf = async (way: Way): Promise<string> => {
    const url = pictureUrl(size)
    if (way === 'URL') return url
    if (way === 'Markdown') return markdownOf(url, image.altText ?? image.originalName)
    const markup = await client.images.markup(image.id)
    return way === 'HTML' ? markup.html : reactOf(markup)
  }
  const copy = async (way: Way) => {
    let text: string
    try {
      text = await textOf(way)
    } catch (error) {
      if (ended.aborted) return
      return notify({ kind: 'fault', text: explainError(error) })
    }
    // Of an account that is not here any more.
    if (ended.aborted) return
    try {
      await copyText(text)
      setCopied(way)
      announce(t('{way} copied', { way }))
    } catch {
      notify({ kind: 'fault', text: t('The browser did not let us copy.') })
    }
  }
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-2 font-medium text-muted text-xs">
        {t('Copy as')}
      </h3>
      <div className="flex overflow-hidden rounded-lg border border-line">
        {ways.map((way) => (
          <button
            key={way}
            type="button"
            aria-label={t('Copy as {way}', { way })}
            onClick={() => void copy(way)}
            className="flex h-10 flex-auto items-center justify-center gap-1.5 border-line px-2 text-[0.8125rem] transition-colors not-first:border-s
              hover:bg-ink/5 focus-visible:-outline-offset-2"
          >
            {copied === way ? (
              <Check aria-hidden className="size-3.5 text-good" />
            ) : (
              way === 'URL' && <Copy aria-hidden className="size-3.5 text-muted" />
            )}
            {way}
          </button>
        ))}
      </div>
    </section>
  )
}
