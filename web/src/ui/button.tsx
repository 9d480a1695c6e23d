import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.ts'

const looks = {
  primary: 'bg-ink text-ground hover:bg-ink/85',
  plain: 'border border-line bg-raised text-ink hover:border-line-strong',
  quiet: 'text-ink hover:bg-ink/7',
  danger: 'bg-danger text-ground hover:bg-danger/85',
} as const

const shared =
  'inline-flex select-none items-center justify-center gap-2 rounded-lg font-medium transition-colors ' +
  'disabled:pointer-events-none disabled:opacity-50'

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks
}

export function Button({ look = 'plain', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(shared, 'h-10 px-4 text-sm', looks[look], className)}
      {...rest}
    />
  )
}

/** A link that looks like one: for what is at an address, as a download. */
export function ButtonLink({ className, children, ...rest }: ComponentProps<'a'>) {
  return (
    <a className={classes(shared, 'h-10 px-4 text-sm', looks.plain, className)} {...rest}>
      {children}
    </a>
  )
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  /** Spoken, and shown on hover. */
  label: string
  look?: keyof typeof looks
  children: ReactNode
}

/** 40 px square: large enough for a thumb. */
export function IconButton({ label, look = 'quiet', className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classes(shared, 'size-10 shrink-0 [&>svg]:size-[1.15rem]', looks[look], className)}
      {...rest}
    >
      {children}
    </button>
  )
}
