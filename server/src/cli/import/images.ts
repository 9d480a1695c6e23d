import { createReadStream } from 'node:fs'
import { type Originals, openOriginals } from '../../platform/storage/index.ts'
import { type Command, type Invocation, UsageError } from '../command.ts'
import { readConfig } from '../environment.ts'
import { atOnceOf, disposable, eachOf, untilInterrupted } from './at-once.ts'
import { openIngest } from './ingest.ts'
import { type ManifestEntry, plainEntry, readEntry } from './manifest.ts'
import { readObjects } from './read-objects.ts'
import { takeImage } from './take-image.ts'
import { type Outcome, openTally } from './tally.ts'

export const importImages: Command = {
  name: 'import images',
  summary: `Takes originals over from a folder or a bucket, by the way of uploads: the same checks, quotas and events.
A manifest says whose they are and what they are called, one JSON object a line: file or key (needed), owner (e-mail, old id
or username), id (the old one), name, tags, altText, visibility, createdAt. Without one, every file is --owner's. Runs beside
the service or without it; a second run takes what the first did not.`,
  takes: 'FOLDER|s3://BUCKET/PREFIX',
  options: {
    manifest: { value: 'FILE', description: 'What is known of the files; files it does not name stay.' },
    owner: { value: 'EMAIL', description: 'Whose the files are that name no owner.' },
    'dry-run': { description: 'Read and judge everything, and take nothing.' },
    'at-once': { value: 'N', description: 'Files at the same time, 1 to 16; 2 by default.' },
    report: { value: 'FILE', description: 'Write what became of each file, one JSON object a line.' },
  },
  examples: [
    'rendition import images ./uploads --manifest images.jsonl --report images.report',
    'rendition import images ./photos --owner ann@example.com',
    "rendition import images 's3://old-pictures/originals?region=eu-central-1' --manifest images.jsonl --dry-run",
  ],
  run: runImportImages,
}

const words = [
  ['imported', 'imported'],
  ['would be imported', 'would be imported'],
  ['known', 'imported before'],
  ['refused', 'refused'],
] as const

async function runImportImages(invocation: Invocation): Promise<number> {
  const { values, environment, terminal } = invocation
  const place = placeOf(invocation)
  const { manifest, owner, report } = textsOf(values)
  if (manifest === undefined && owner === undefined) {
    throw new UsageError('whose are they? Give --manifest FILE, --owner EMAIL or both')
  }
  const atOnce = atOnceOf(values['at-once'])
  const config = readConfig(environment)
  return untilInterrupted(async (signal) => {
    const originals = await openOriginals(place)
    try {
      await using ingest = disposable(await openIngest(config))
      if (owner !== undefined && (await ingest.findAccount(owner)) === null) {
        throw new Error(`There is no account ${owner}.`)
      }
      const tally = await openTally(terminal, ['refused'], report, [manifest])
      const dryRun = values['dry-run'] === true
      const parts = { ingest, originals, owner, dryRun, signal }
      try {
        const take = async (entry: ManifestEntry | Outcome): Promise<void> =>
          tally.add('is' in entry ? entry : await takeImage(parts, entry))
        await eachOf(entriesOf(originals, manifest), atOnce, signal, take)
      } finally {
        await tally.end(words)
      }
      return tally.count('refused') === 0 ? 0 : 1
    } finally {
      originals.close()
    }
  })
}

function placeOf({ files }: Invocation): string {
  const [place, ...more] = files
  if (place === undefined) throw new UsageError('where are they? Give a folder or s3://BUCKET/PREFIX')
  if (more.length > 0) throw new UsageError('one folder or bucket at a time')
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

/** What there is to take, and what of the manifest cannot be read. */
async function* entriesOf(
  originals: Originals,
  manifest: string | undefined,
): AsyncGenerator<ManifestEntry | Outcome> {
  if (manifest === undefined) {
    for await (const name of originals.list()) yield plainEntry(name)
    return
  }
  for await (const { text, line } of readObjects(createReadStream(manifest))) {
    const entry = readEntry(text)
    yield 'fault' in entry ? { subject: `line ${line}`, is: 'refused', note: entry.fault } : entry
  }
}
