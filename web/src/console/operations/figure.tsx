/** A number under its name, in a list of them. */
export function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt className="text-muted text-xs">{term}</dt>
      <dd className="tabular font-semibold text-xl tracking-tight">{value}</dd>
    </div>
  )
}
