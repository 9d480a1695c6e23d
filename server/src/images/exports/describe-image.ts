import type { Queryable } from '../../platform/database/port.ts'
import { safeFileName } from '../../platform/http/disposition.ts'
import type { StorageKey } from '../../platform/storage/key.ts'
import type { ViewContext } from '../library/view.ts'
import { presetRenditions } from '../renditions/presets.ts'
import { findKept, findRenditions } from '../store/renditions.ts'
import type { ImageRecord, VersionRecord } from '../store/rows.ts'
import { readVersions } from '../store/versions.ts'
import type { ImagesLine } from './format.ts'

/** A file that an archive is to hold. */
export interface WantedFile {
  name: string
  storageKey: StorageKey
  modifiedAt: Date
}

/** An image as an archive holds it. */
export interface Described {
  files: WantedFile[]
  /** What is told of it; `without` names files that could not be read. */
  lines(without: ReadonlySet<string>): ImagesLine[]
}

const versionsAtOnce = 200

/** Names begin with the month, so that no folder holds everything, and end with a part of the id, so that none is twice. */
function namesOf(image: ImageRecord) {
  const month = image.createdAt.toISOString().slice(0, 7)
  const tail = image.id.slice(-12)
  return (folder: string, format: string, more = ''): string => {
    const { stem, extension } = safeFileName(image.originalName, format)
    return `${folder}/${month}/${stem}-${tail}${more}${extension}`
  }
}

/** The oldest first. Of most images there is one, which came with the image. */
async function versionsOf(db: Queryable, image: ImageRecord): Promise<VersionRecord[]> {
  if (image.lastVersion === 1) return [image.current]
  const versions: VersionRecord[] = []
  for (let below = image.lastVersion + 1; ; ) {
    const page = await readVersions(db, image.id, { below, limit: versionsAtOnce })
    versions.push(...page)
    below = page.at(-1)?.version ?? 0
    if (page.length < versionsAtOnce) break
  }
  return versions.reverse()
}

/** Everything that is kept of an image, with its originals. */
export async function describeImage(db: Queryable, image: ImageRecord): Promise<Described> {
  const versions = await versionsOf(db, image)
  const name = namesOf(image)
  // The first version of each original brought it; those made of it and restored ones share it.
  const brought = new Map<StorageKey, VersionRecord>()
  const assets = new Map<string, WantedFile>()
  for (const version of versions) {
    if (!brought.has(version.original.key)) brought.set(version.original.key, version)
    for (const { digest, storageKey } of version.assets) {
      assets.set(digest, {
        name: `assets/${image.id}/${digest}`,
        storageKey,
        modifiedAt: version.createdAt,
      })
    }
  }
  const originals = [...brought.values()].map((version) => ({
    version,
    file: {
      name: name('originals', version.original.format, version.version === 1 ? '' : `-${version.version}`),
      storageKey: version.original.key,
      modifiedAt: image.createdAt,
    },
  }))
  return {
    files: [...originals.map(({ file }) => file), ...assets.values()],
    lines: (without) => {
      const fileOf = (file: WantedFile | undefined): string | null =>
        file === undefined || without.has(file.name) ? null : file.name
      return [
        imageLine(image, null),
        ...originals.map(({ version, file }) => originalLine(version, fileOf(file))),
        ...versions.map((version) =>
          versionLine(version, brought.get(version.original.key)?.version ?? version.version, (digest) =>
            fileOf(assets.get(digest)),
          ),
        ),
      ]
    },
  }
}

/** What is told of an image, with its current picture in a preset. */
export async function describePreset(
  view: ViewContext,
  db: Queryable,
  image: ImageRecord,
  preset: string,
): Promise<Described> {
  const wanted = presetRenditions(view.presets().presets, image, image.current, view).find(
    ({ name }) => name === preset,
  )
  const [made] = wanted === undefined ? [] : await findRenditions(db, [image.id], [wanted.key])
  const rendition = made ?? (await findKept(db, [image.current])).findLast(({ name }) => name === preset)
  const file = rendition && {
    name: namesOf(image)(preset, rendition.format),
    storageKey: rendition.storageKey,
    modifiedAt: image.createdAt,
  }
  return {
    files: file === undefined ? [] : [file],
    lines: (without) => [
      imageLine(image, file === undefined || without.has(file.name) ? null : file.name),
      originalLine(image.current, null),
      versionLine(image.current, image.current.version, () => null),
    ],
  }
}

const imageLine = (image: ImageRecord, picture: string | null): ImagesLine => ({
  is: 'image',
  id: image.id,
  name: image.originalName,
  visibility: image.visibility,
  publicOriginal: image.publicOriginal,
  tags: [...image.tags],
  altText: image.altText,
  focalPoint: image.focalPoint,
  favourite: image.favourite,
  rating: image.rating,
  archived: image.archived,
  version: image.version,
  lastVersion: image.lastVersion,
  redo: [...image.redo],
  uploadedAt: image.createdAt.toISOString(),
  picture,
})

const originalLine = ({ version, original }: VersionRecord, file: string | null): ImagesLine => ({
  is: 'original',
  of: version,
  file,
  size: original.size,
  sha256: original.sha256,
  contentType: original.contentType,
  width: original.width,
  height: original.height,
  metadata: original.metadata,
})

const versionLine = (
  version: VersionRecord,
  original: number,
  fileOf: (digest: string) => string | null,
): ImagesLine => ({
  is: 'version',
  version: version.version,
  parent: version.parent,
  cause: version.cause,
  original,
  recipe: version.recipe,
  assets: version.assets.map(({ imageId, digest }) => ({ imageId, digest, file: fileOf(digest) })),
  width: version.width,
  height: version.height,
  createdAt: version.createdAt.toISOString(),
})
