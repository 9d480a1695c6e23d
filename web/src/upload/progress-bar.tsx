import { classes } from '../ui/classes.ts'

/** `value` is 0 to 1. */
export function ProgressBar({
  value,
  label,
  className,
}: {
  value: number
  label: string
  className?: string
}) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value * 100)}
      className={classes('h-1 overflow-hidden rounded-full bg-line', className)}
    >
      <div
        className="h-full w-full origin-left rtl:origin-right rounded-full bg-accent transition-transform duration-200"
        style={{ transform: `scaleX(${value})` }}
      />
    </div>
  )
}
