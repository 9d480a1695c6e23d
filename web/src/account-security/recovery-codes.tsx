import { Download } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { t } from '../languages/translate.ts'
import { Button } from '../ui/button.tsx'

/** The codes, shown this once. They leave the page with the button. */
export function RecoveryCodesView({ codes, onSaved }: { codes: readonly string[]; onSaved: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${t('Recovery codes of Rendition. Each signs in once.')}\n\n${codes.join('\n')}\n`)}`
  return (
    <section aria-labelledby="recovery-codes">
      <h3 id="recovery-codes" ref={heading} tabIndex={-1} className="font-medium outline-none">
        {t('Your recovery codes')}
      </h3>
      <p className="mt-1 max-w-prose text-muted text-sm">
        {t(
          'Each signs in once, should you lose the phone. They are shown now and never again: keep them where you keep your passwords.',
        )}
      </p>
      <ul className="mt-4 grid max-w-md grid-cols-1 gap-x-8 gap-y-1.5 rounded-xl border border-line bg-raised p-4 font-mono text-sm tracking-wide min-[26rem]:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap gap-2">
        <a
          href={file}
          download="rendition-recovery-codes.txt"
          className="inline-flex h-10 items-center gap-2 rounded-lg border border-line bg-raised px-4 font-medium text-sm transition-colors hover:border-line-strong"
        >
          <Download aria-hidden className="size-4" /> {t('Save as a file')}
        </a>
        <Button look="primary" onClick={onSaved}>
          {t('I have saved them')}
        </Button>
      </div>
    </section>
  )
}
