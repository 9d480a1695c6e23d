import { Check, Copy } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import { copyText } from '../copy-text.ts'
import { t } from '../languages/translate.ts'
import { announce, notify } from '../state/notices.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'

const shownMs = 2_000

/** Copies a text, and shows for a moment that it did. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () =>
    copyText(text).then(
      () => {
        setCopied(true)
        announce(t('{what} copied', { what }))
      },
      () => notify({ kind: 'fault', text: t('The browser did not copy. Select the text and copy it.') }),
    )
  return (
    <IconButton label={t('Copy {what}', { what })} onClick={() => void copy()}>
      {copied ? <Check aria-hidden className="text-good" /> : <Copy aria-hidden />}
    </IconButton>
  )
}

/** A secret, in the one moment in which it can be seen. */
export function ShownOnce({ label, secret, about }: { label: string; secret: string; about: string }) {
  const id = useId()
  return (
    <div className="rounded-xl border border-accent/50 bg-accent-soft/60 p-4">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <p className="mt-0.5 text-muted text-sm">{about}</p>
      <div className="mt-3 flex items-center gap-1">
        <input
          id={id}
          readOnly
          value={secret}
          autoComplete="off"
          spellCheck={false}
          onFocus={(event) => event.target.select()}
          className="h-10 min-w-0 flex-1 rounded-lg border border-line-strong/60 bg-raised px-3 font-mono text-[0.8125rem]"
        />
        <CopyButton text={secret} what={label} />
      </div>
    </div>
  )
}

export interface Snippet {
  name: string
  code: string
}

/** The same in several languages. */
export function Snippets({ label, snippets }: { label: string; snippets: readonly Snippet[] }) {
  const [chosen, setChosen] = useState(snippets[0]?.name)
  const shown = snippets.find(({ name }) => name === chosen) ?? snippets[0]
  if (shown === undefined) return null
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-sunken">
      <div className="flex items-center gap-1 border-line border-b pe-1 ps-1.5">
        <fieldset className="flex min-w-0 flex-1 gap-0.5 overflow-x-auto py-1">
          <legend className="sr-only">{label}</legend>
          {snippets.map(({ name }) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === shown.name}
              onClick={() => setChosen(name)}
              className={classes(
                'h-8 shrink-0 rounded-md px-2.5 text-sm',
                name === shown.name ? 'bg-raised font-medium shadow-xs' : 'text-muted hover:text-ink',
              )}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <CopyButton text={shown.code} what={t('{name} code', { name: shown.name })} />
      </div>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        tabIndex={0}
        aria-label={t('{name} code', { name: shown.name })}
        className="max-h-96 overflow-auto p-4"
      >
        <pre className="text-[0.8125rem] leading-relaxed">
          <code>{shown.code}</code>
        </pre>
      </section>
    </div>
  )
}

/** A short state in words, in its colour. */
export function Badge({ look, children }: { look: 'good' | 'bad' | 'busy' | 'plain'; children: string }) {
  const looks = {
    good: 'border-good text-good',
    bad: 'border-danger text-danger',
    busy: 'border-accent text-accent',
    plain: 'border-line-strong text-muted',
  }
  return (
    <span className={`shrink-0 rounded-full border px-2.5 py-0.5 font-medium text-xs ${looks[look]}`}>
      {children}
    </span>
  )
}
