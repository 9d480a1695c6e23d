/** A number under its name, in a list of them. */
export function Figure({ term, value }: { term: string; value: string }) {
  return (
    // Beside a name of two lines the numbers still stand on one.
    <div className="flex flex-col justify-between">
      <dt className="text-muted text-xs">{term}</dt>
      <dd className="tabular font-semibold text-xl tracking-tight">{value}</dd>
    </div>
  )
}
