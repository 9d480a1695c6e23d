/** One picture, several sizes, from one corner. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true" className={className}>
      <path d="M0 18V0h18v18z" fill="currentColor" fillOpacity=".14" />
      <path d="M0 18V5h13v13z" fill="currentColor" fillOpacity=".3" />
      <path d="M0 18v-8h8v8z" fill="var(--accent)" />
    </svg>
  )
}
