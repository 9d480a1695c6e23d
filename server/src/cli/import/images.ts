import { type DuplicatePolicy, duplicatePolicySchema, type Folders, foldersSchema } from '@rendition/contract'
import { type Command, type Invocation, UsageError } from '../command.ts'
import { readConfig } from '../environment.ts'
import { atOnceOf, disposable, eachOf, untilInterrupted } from './at-once.ts'
import { openIngest } from './ingest.ts'
import type { ManifestEntry } from './manifest.ts'
import { passKnown } from './pass-known.ts'
import { openSource } from './sources.ts'
import { takeImage } from './take-image.ts'
import { type Outcome, openTally } from './tally.ts'

export const importImages: Command = {
  name: 'import images',
  summary: `Takes originals over from a folder, a bucket or a list of addresses (a text file, one http or https URL a line), by the
way of uploads: the same checks, quotas and events. A manifest says whose files are and what they are called, one JSON object a
line: file or key (needed), owner (e-mail, old id or username), id (the old one), name, tags, altText, visibility, createdAt.
Without one, every file is --owner's. Runs beside the service or without it; a second run takes what the first did not. The word
images may be left out: rendition import FOLDER.`,
  takes: 'FOLDER|s3://BUCKET/PREFIX|URLS.txt',
  options: {
    manifest: { value: 'FILE', description: 'What is known of the files; files it does not name stay.' },
    owner: { value: 'EMAIL', description: 'Whose the files are that name no owner.' },
    folders: {
      value: 'album|tags|none',
      description: 'What becomes of the folders that files lie in; none by default.',
    },
    duplicates: {
      value: 'keep|link|refuse',
      description: 'What becomes of bytes that the account has already; as configured by default.',
    },
    'dry-run': { description: 'Read and judge everything, and take nothing.' },
    'at-once': { value: 'N', description: 'Files at the same time, 1 to 16; 2 by default.' },
    report: { value: 'FILE', description: 'Write what became of each file, one JSON object a line.' },
  },
  examples: [
    'rendition import images ./uploads --manifest images.jsonl --report images.report',
    'rendition import images ./photos --owner ann@example.com',
    'rendition import images ./photos --owner ann@example.com --folders album --duplicates link',
    'rendition import images urls.txt --owner ann@example.com',
    "rendition import images 's3://old-pictures/originals?region=eu-central-1' --manifest images.jsonl --dry-run",
  ],
  run: runImportImages,
}

const words = [
  ['imported', 'imported'],
  ['would be imported', 'would be imported'],
  ['linked', 'there already'],
  ['would be linked', 'there already'],
  ['known', 'imported before'],
  ['refused', 'refused'],
] as const

/** An import of hours outlasts a server that is started again. */
const pauses = [1_000, 5_000, 15_000, 30_000]

async function runImportImages(invocation: Invocation): Promise<number> {
  const { values, environment, terminal } = invocation
  const place = placeOf(invocation)
  const { manifest, owner, report } = textsOf(values)
  if (manifest === undefined && owner === undefined) {
    throw new UsageError('whose are they? Give --manifest FILE, --owner EMAIL or both')
  }
  const how = {
    owner,
    folders: choiceOf<Folders>(values, 'folders', foldersSchema.options) ?? 'none',
    duplicates: choiceOf<DuplicatePolicy>(values, 'duplicates', duplicatePolicySchema.options),
  }
  const atOnce = atOnceOf(values['at-once'])
  const config = readConfig(environment)
  return untilInterrupted(async (signal) => {
    await using source = disposable(await openSource(place, manifest, config))
    await using ingest = disposable(await openIngest(config))
    if (owner !== undefined && (await ingest.findAccount(owner)) === null) {
      throw new Error(`There is no account ${owner}.`)
    }
    const tally = await openTally(terminal, ['refused'], report, [manifest, place])
    const foresight = values['dry-run'] === true ? ingest.uploads.foresee() : null
    const parts = { ingest, originals: source.originals, how, foresight, pauses, signal }
    try {
      tally.expect(source.entries())
      const take = async (entry: ManifestEntry | Outcome): Promise<void> =>
        tally.add('is' in entry ? entry : await takeImage(parts, entry))
      await eachOf(passKnown(parts, source.entries()), atOnce, signal, take)
    } finally {
      await tally.end(words)
    }
    return tally.count('refused') === 0 ? 0 : 1
  })
}

function choiceOf<T extends string>(
  values: Invocation['values'],
  option: string,
  choices: readonly T[],
): T | undefined {
  const value = values[option]
  if (value === undefined) return undefined
  const choice = choices.find((one) => one === value)
  if (choice === undefined) throw new UsageError(`--${option} is one of ${choices.join(', ')}`)
  return choice
}

function placeOf({ files }: Invocation): string {
  const [place, ...more] = files
  if (place === undefined)
    throw new UsageError('where are they? Give a folder, s3://BUCKET/PREFIX or a file of addresses')
  if (more.length > 0) throw new UsageError('one folder, bucket or list at a time')
  return place
}

function textsOf(values: Invocation['values']): { manifest?: string; owner?: string; report?: string } {
  const texts: Record<string, string> = {}
  for (const name of ['manifest', 'owner', 'report']) {
    const value = values[name]
    if (typeof value === 'string') texts[name] = value
  }
  return texts
}
