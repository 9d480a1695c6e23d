import { stat } from 'node:fs/promises'
import { type ExportHead, headName, headSchema } from '../../images/index.ts'
import { type Originals, openOriginals } from '../../platform/storage/index.ts'
import { type Command, type Invocation, UsageError } from '../command.ts'
import { readConfig } from '../environment.ts'
import { atOnceOf, disposable, eachOf, untilInterrupted } from './at-once.ts'
import { albumsOf, imagesOf, searchesOf } from './exported-lines.ts'
import { openIngest } from './ingest.ts'
import { takeAlbum, takeExported, takeSearch } from './take-exported.ts'
import { openTally } from './tally.ts'
import { openZipFiles } from './zip-files.ts'

export const importExport: Command = {
  name: 'import export',
  summary: `Brings back what was exported (Account, or POST /api/exports) for an account of this installation: originals, edits
with their history, tags, marks, dates, albums and saved searches, each under the id that it had. Runs beside the service or without it;
a second run takes what the first did not.`,
  takes: 'FILE.zip|FOLDER',
  options: {
    owner: { value: 'EMAIL', description: 'Whose everything becomes; needed.' },
    'at-once': { value: 'N', description: 'Images at the same time, 1 to 16; 2 by default.' },
    report: { value: 'FILE', description: 'Write what became of each image, one JSON object a line.' },
  },
  examples: ['rendition import export rendition-2026-11-29.zip --owner ann@example.com'],
  run: runImportExport,
}

const words = [
  ['restored', 'restored'],
  ['known', 'here already'],
  ['refused', 'refused'],
] as const

async function runImportExport({ files, values, environment, terminal }: Invocation): Promise<number> {
  const [place, ...more] = files
  if (place === undefined)
    throw new UsageError('where is it? Give the ZIP, or the folder it was unpacked into')
  if (more.length > 0) throw new UsageError('one export at a time')
  const { owner, report } = values
  if (typeof owner !== 'string') throw new UsageError('whose is it? Give --owner EMAIL')
  const atOnce = atOnceOf(values['at-once'])
  const config = readConfig(environment)
  return untilInterrupted(async (signal) => {
    const archive = await openArchive(place)
    try {
      const head = await headOf(archive, signal)
      refuseWithoutOriginals(head)
      await using ingest = disposable(await openIngest(config))
      const account = await ingest.findAccount(owner)
      if (account === null) throw new Error(`There is no account ${owner}.`)
      if (account.role === 'viewer') throw new Error(`${owner} is a viewer and may only read.`)
      const inputs = [place]
      const tally = await openTally(
        terminal,
        ['refused'],
        typeof report === 'string' ? report : undefined,
        inputs,
      )
      const parts = { ingest, archive, ownerId: account.id, signal }
      try {
        tally.expect(head.images + head.albums)
        await eachOf(imagesOf(archive, signal), atOnce, signal, async (image) =>
          tally.add(await takeExported(parts, image)),
        )
        // When all their images are here.
        await eachOf(albumsOf(archive, signal), 1, signal, async (album) =>
          tally.add(await takeAlbum(parts, album)),
        )
        await eachOf(searchesOf(archive, signal), 1, signal, async (search) =>
          tally.add(await takeSearch(parts, search)),
        )
      } finally {
        await tally.end(words)
      }
      return tally.count('refused') === 0 ? 0 : 1
    } finally {
      archive.close()
    }
  })
}

async function openArchive(place: string): Promise<Originals> {
  const found = await stat(place).catch(() => null)
  if (found === null) throw new Error(`There is no file or folder ${place}.`)
  return found.isDirectory() ? openOriginals(place) : openZipFiles(place)
}

/** Some hundred of them are there; what unpacks to more is a trap. */
const mostHeadBytes = 64 * 1024

async function headOf(archive: Originals, signal: AbortSignal): Promise<ExportHead> {
  try {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of await archive.open(headName, signal)) {
      chunks.push(Buffer.from(chunk))
      bytes += chunk.length
      if (bytes > mostHeadBytes) throw new Error(`${headName} is no head of an export: it is too large.`)
    }
    return headSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch (cause) {
    throw new Error(`${archive.place} is no export of Rendition that this version reads.`, { cause })
  }
}

function refuseWithoutOriginals({ pictures }: ExportHead): void {
  if (pictures === 'original') return
  throw new Error(`This export holds ${pictures} pictures and no originals: it cannot be brought back.`)
}
