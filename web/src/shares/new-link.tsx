import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { copyText } from '../copy-text.ts'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { notify } from '../state/notices.ts'
import { Button } from '../ui/button.tsx'

/** A link that was just made: the service keeps only its hash, so it is shown this once. */
export function NewLink({ url, onAnother }: { url: string; onAnother: () => void }) {
  const shown = pictureUrl({ url })
  const [copied, setCopied] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const copy = async () => {
    try {
      await copyText(shown)
      setCopied(true)
    } catch {
      field.current?.select()
      notify({ kind: 'fault', text: t('The browser did not copy it. It is selected: copy it by hand.') })
    }
  }
  return (
    <div className="animate-appear rounded-xl bg-sunken p-4">
      <label htmlFor="new-link" className="mb-1.5 block font-medium text-sm">
        {t('The link')}
      </label>
      <div className="flex gap-2">
        <input
          id="new-link"
          ref={field}
          readOnly
          value={shown}
          onFocus={({ target }) => target.select()}
          aria-describedby="new-link-note"
          className="h-10 min-w-0 flex-1 rounded-lg border border-line-strong/60 bg-raised px-3 text-sm"
        />
        <Button look="primary" className="px-3.5" onClick={() => void copy()}>
          {copied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {copied ? t('Copied') : t('Copy')}
        </Button>
      </div>
      <p id="new-link-note" className="mt-2 text-[0.8125rem] text-muted">
        {t('Copy it now: it is shown this once.')}{' '}
        <button type="button" className="underline underline-offset-2" onClick={onAnother}>
          {t('Make another')}
        </button>
      </p>
    </div>
  )
}
