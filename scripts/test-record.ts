/** What one run of tests came to, by file, so that files that are run again can take the place of their first run. */
export interface TestRecord {
  files: readonly FileRecord[]
  /** Errors that are no file's. */
  outside: readonly string[]
  /** A line for each kind of tests that the run was not asked for, and how many tests that are. */
  kinds: readonly string[]
  left: number
}

export interface FileRecord {
  /** Below the root of the project. */
  file: string
  passed: number
  /** Tests, groups that broke before their tests could run, and errors outside of any test of the file. */
  failed: readonly { name: string; reason: string }[]
  skipped: readonly string[]
}

/** The figures of a run, each test counted once. */
export interface TestSummary {
  passed: number
  failed: readonly string[]
  /** What failed in the first run and not in the second. */
  unsteady: readonly string[]
  skipped: readonly string[]
}

/** More than these have failed by no accident of a busy machine. */
const mostTriedAgain = 10

/** The files to run once more: each as a whole, for what their tests share is as the failure left it. */
export function filesToTryAgain({ files }: TestRecord): string[] {
  const broken = files.filter(({ failed }) => failed.length > 0).map(({ file }) => file)
  return broken.length > mostTriedAgain ? [] : broken
}

/**
 * A file that was run again counts as it went then, also where other tests of it failed than before; not where what failed
 * was skipped.
 */
export function summarise(
  first: TestRecord,
  second?: TestRecord,
): TestSummary & { kinds: readonly string[] } {
  const broken = new Set(first.files.flatMap(({ failed }) => failed.map(({ name }) => name)))
  const passedOver = (name: string): boolean =>
    broken.has(name.replace(/ \([^()]*\)$/, '')) || broken.has(name)
  const again = new Map(
    second?.files
      .filter(({ passed, failed }) => passed > 0 || failed.length > 0)
      .filter(({ skipped }) => !skipped.some(passedOver))
      .map((file) => [file.file, file]),
  )
  const files = first.files.map((file) => again.get(file.file) ?? file)
  const failedAgain = new Set([...again.values()].flatMap(({ failed }) => failed.map(({ name }) => name)))
  const unsteady = first.files
    .filter(({ file }) => again.has(file))
    .flatMap(({ failed }) => failed)
    .filter(({ name }) => !failedAgain.has(name))
  const said = ({ name, reason }: { name: string; reason: string }): string => `${name}: ${reason}`
  return {
    passed: files.reduce((sum, { passed }) => sum + passed, 0),
    failed: [
      ...first.outside,
      ...(second?.outside ?? []),
      ...files.flatMap(({ failed }) => failed.map(said)),
    ],
    unsteady: unsteady.map(said),
    skipped: files.flatMap(({ skipped }) => skipped),
    kinds: first.kinds,
  }
}

/** The last lines of a run; what was left out by its kind counts as skipped. */
export function endingOf(first: TestRecord, second?: TestRecord): string {
  const { passed, failed, unsteady, skipped, kinds } = summarise(first, second)
  return [
    ...listOf('Failed:', failed),
    ...listOf('Passed only when tried again:', unsteady),
    ...listOf('Skipped:', skipped),
    ...listOf(
      'Kinds that were not run; npm run test:slow runs the slow ones, npm run test:all everything:',
      kinds,
    ),
    '',
    `${passed} passed, ${failed.length} failed, ${skipped.length + first.left} skipped`,
  ].join('\n')
}

const listOf = (title: string, entries: readonly string[]): string[] =>
  entries.length === 0 ? [] : ['', title, ...entries.map((entry) => `  ${entry}`)]
