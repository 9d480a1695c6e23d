/** One entry of a list in a header, such as `br;q=0.5`; in lower case. */
export interface HeaderListEntry {
  name: string
  parameters: readonly string[]
}

/** The entries of a list of words with parameters (RFC 9110, 5.6.1 and 12.5), as they stand. Weights are the reader's to judge. */
export function headerListOf(value: string): HeaderListEntry[] {
  return value.split(',').map((entry) => {
    const [name = '', ...parameters] = entry.split(';').map((piece) => piece.trim().toLowerCase())
    return { name, parameters }
  })
}
