import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { importUrlSchema } from '@rendition/contract'
import { nameInAddress, openAddress } from '../../images/index.ts'
import { createOutbound, httpUrl } from '../../platform/http/outbound.ts'
import { type Originals, openOriginals } from '../../platform/storage/index.ts'
import type { Config } from '../../roles/config.ts'
import { UsageError } from '../command.ts'
import { type ManifestEntry, plainEntry, readEntry } from './manifest.ts'
import { readLines } from './read-lines.ts'
import { readObjects } from './read-objects.ts'
import type { Outcome } from './tally.ts'

/** Where files are taken from. */
export interface Source {
  originals: Pick<Originals, 'place' | 'open'>
  /** What there is to take, and what of a list cannot be read; the same each time. */
  entries(): AsyncGenerator<ManifestEntry | Outcome>
  close(): Promise<void>
}

/** Opens a folder, a bucket, or a text file of addresses; a manifest says which files of the first two are meant. */
export async function openSource(
  place: string,
  manifest: string | undefined,
  config: Config,
): Promise<Source> {
  const found = place.startsWith('s3://') ? null : await stat(place).catch(() => null)
  if (found?.isFile()) {
    if (manifest !== undefined) throw new UsageError('a list of addresses takes no manifest')
    return openAddresses(place, config)
  }
  const originals = await openOriginals(place)
  return {
    originals,
    entries: () => (manifest === undefined ? allOf(originals) : entriesOf(manifest)),
    close: async () => originals.close(),
  }
}

async function* allOf(originals: Originals): AsyncGenerator<ManifestEntry> {
  for await (const name of originals.list()) yield plainEntry(name)
}

async function* entriesOf(manifest: string): AsyncGenerator<ManifestEntry | Outcome> {
  for await (const { text, line } of readObjects(createReadStream(manifest))) {
    const entry = readEntry(text)
    yield 'fault' in entry ? { subject: `line ${line}`, is: 'refused', note: entry.fault } : entry
  }
}

/** A text file of addresses, one a line, fetched as an import by URL is: the same bounds, and addresses that may be reached. */
function openAddresses(list: string, config: Config): Source {
  const outbound = createOutbound({ allow: config.server.outboundAllow })
  const { importTimeoutMs, maxFileBytes } = config.images
  const deps = { outbound, config: { importTimeoutMs }, maxFileBytes }
  return {
    originals: {
      // The same for an address in any list.
      place: 'addresses',
      open: async (url, signal) => (await openAddress(deps, { signal, progress: () => {} }, url)).body,
    },
    async *entries() {
      for await (const { text, line } of readLines(createReadStream(list))) {
        const said = text?.trim() ?? ''
        if (said.startsWith('#')) continue
        yield addressOf(said) ?? {
          subject: `line ${line}`,
          is: 'refused',
          note: 'it is no http or https URL without credentials, of 2048 characters at most',
        }
      }
    },
    close: () => outbound.close(),
  }
}

function addressOf(text: string): ManifestEntry | null {
  const { success, data } = importUrlSchema.safeParse(text)
  if (!success) return null
  try {
    const { href, pathname } = httpUrl(data)
    const name = nameInAddress(href)
    return { ...plainEntry(href), path: pathOf(pathname), originalName: name }
  } catch {
    return null
  }
}

function pathOf(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
