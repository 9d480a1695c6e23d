import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import { Logo } from '../ui/logo.tsx'

/** Of the pages that links in mails lead to, as the one that signs in looks. */
export function LinkFrame({
  title,
  intro,
  onward = { href: '/login', label: t('Sign in') },
  children,
}: {
  title: string
  intro: string
  /** Where one goes from here. */
  onward?: { href: string; label: string }
  children?: ReactNode
}) {
  usePageTitle(title)
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center px-6 pt-10 pb-[18vh]">
      <p className="flex items-center gap-2.5 font-semibold tracking-tight">
        <Logo className="size-5" /> Rendition
      </p>
      <h1 className="mt-10 font-semibold text-3xl tracking-[-0.02em]">{title}</h1>
      <p className="mt-2 text-muted">{intro}</p>
      {children}
      <p className="mt-6 text-sm">
        <Link
          href={onward.href}
          className="font-medium text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink"
        >
          {onward.label}
        </Link>
      </p>
    </main>
  )
}

/** Of an address without what stands behind its `#`. */
export function BrokenLink({
  whatToDo = t('Open it from the mail once more, or ask for another one.'),
}: {
  whatToDo?: string
}) {
  return <LinkFrame title={t('The link is not whole')} intro={whatToDo} />
}

/** Of a link that was used, has run out or was taken back. */
export function LinkOver({
  whatToDo = t('It was used or is too old. Ask for another one.'),
}: {
  whatToDo?: string
}) {
  return <LinkFrame title={t('The link is no longer good')} intro={whatToDo} />
}
