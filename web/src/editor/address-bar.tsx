import { Check, Link2 } from 'lucide-react'
import { useState } from 'react'
import { copyText } from '../copy-text.ts'
import { formatBytes, formatFormat, formatPixels } from '../format.ts'
import { t } from '../languages/translate.ts'
import type { Size } from '../painting/sizes.ts'
import { announce, notify } from '../state/notices.ts'
import { Button } from '../ui/button.tsx'
import type { Address } from './use-address.ts'

const copiedForMs = 2_000

/** The delivery URL of what is seen, with its size and format. */
export function AddressBar({ address, size }: { address: Address | string | null; size: Size }) {
  const [copied, setCopied] = useState(false)
  const found = typeof address === 'object' ? address : null
  const copy = async () => {
    if (found === null) return
    try {
      await copyText(found.url)
      setCopied(true)
      announce(t('URL of the edited picture copied'))
      setTimeout(() => setCopied(false), copiedForMs)
    } catch {
      notify({ kind: 'fault', text: t('The browser did not let us copy.') })
    }
  }
  const facts = [
    formatPixels(size.width, size.height),
    found === null || found.format === '' ? null : formatFormat(found.format),
    found?.bytes == null ? null : formatBytes(found.bytes),
  ].filter((fact) => fact !== null)
  return (
    <section aria-label={t('URL of this picture')} className="grid gap-1.5 border-line border-t p-3 sm:px-4">
      <div className="flex items-center gap-2">
        <p className="tabular min-w-0 flex-1 truncate text-muted text-xs" data-edit-facts>
          {facts.join(' · ')}
        </p>
        <Button
          look="quiet"
          className="h-9! px-3! text-xs!"
          onClick={copy}
          disabled={found === null}
          data-edit-url={found?.url}
        >
          {copied ? (
            <Check aria-hidden className="size-4 text-good" />
          ) : (
            <Link2 aria-hidden className="size-4" />
          )}
          {copied ? t('Copied') : t('Copy URL')}
        </Button>
      </div>
      <p
        dir="ltr"
        className="truncate rounded-md max-lg:hidden bg-sunken px-2 py-1.5 font-mono text-[0.6875rem] text-muted"
      >
        {typeof address === 'string' ? address : address === null ? '…' : decoded(address.url)}
      </p>
    </section>
  )
}

/** Without the signature, which nobody reads. */
function decoded(url: string): string {
  const { pathname, searchParams } = new URL(url)
  for (const name of ['exp', 'sig']) searchParams.delete(name)
  const query = [...searchParams].map((pair) => pair.join('=')).join('&')
  return `${pathname.replace(/^(.*\/[0-9a-f]{8})[0-9a-f-]+$/, '$1…')}${query === '' ? '' : `?${query}`}`
}
