import { type ReactNode, useId } from 'react'

/** One part of the panel under its name. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="grid gap-2.5">
      <h3 id={id} className="font-medium text-muted text-xs">
        {title}
      </h3>
      {children}
    </section>
  )
}
