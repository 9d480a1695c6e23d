/** One thing to look at. */
export interface Check {
  name: string
  /** What to do when it fails. */
  advice?: string
  /** Gives what was found, in a few words; throws what is wrong, as a `Note` when the service runs all the same. */
  look(): Promise<string>
}

/** Worth knowing, but nothing is broken. */
export class Note extends Error {
  override readonly name = 'Note'
}
