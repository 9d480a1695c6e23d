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
  /** What is said in the place of the check's advice; an empty one where the message says it already. */
  readonly advice: string | undefined
  constructor(message: string, advice?: string) {
    super(message)
    this.advice = advice
  }
}

/** Something is wrong of which more can be said than the check's own advice does. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly advice: string
  constructor(message: string, advice: string, cause?: unknown) {
    super(message, { cause })
    this.advice = advice
  }
}
