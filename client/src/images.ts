import type {
  AcceptedJob,
  BulkAnswer,
  BulkRequest,
  DuplicateGroup,
  Explanation,
  FocalPoint,
  Image,
  ImageFacets,
  ImageSort,
  ImageStatus,
  ImageStatusView,
  ImportRequest,
  Job,
  Markup,
  Page,
  Placeholder,
  Priority,
  PublicOriginal,
  Purge,
  Rendition,
  SimilarImage,
  UploadBatch,
  UploadedImage,
  Version,
  Visibility,
} from '@rendition/contract'
import type { Transformation } from '@rendition/contract/recipe'
import { type Asking, type PageQuery, pagesOf, untilSettled } from './asking.ts'
import type { Transport } from './transport.ts'
import { type ReplaceOptions, type UploadOptions, uploadArchive, uploadFiles } from './upload.ts'
import type { PictureParameters } from './url.ts'

export interface ImageQuery extends PageQuery {
  status?: ImageStatus
  visibility?: Visibility
  tag?: string
  favourite?: boolean
  /** Of five stars. */
  minRating?: number
  /** Left out unless said; among the others in an album, in the trash and by `sha256`. */
  archived?: 'false' | 'true' | 'any'
  /** Of the original, in hex: whether the bytes need be sent. */
  sha256?: string
  /** In this album. */
  album?: string
  /** true: what lies in the trash, and nothing else. */
  trashed?: boolean
  /** Words, and what the grammar of searches knows: `beach -tag:night camera:canon date:2024`. */
  q?: string
  sort?: ImageSort
}

export interface FacetsQuery extends Omit<ImageQuery, keyof PageQuery | 'sort'> {
  /** Tags alone that begin so. */
  tagPrefix?: string
}

export interface ImageChange {
  originalName?: string
  tags?: readonly string[]
  visibility?: Visibility
  publicOriginal?: PublicOriginal
  focalPoint?: FocalPoint | null
  altText?: string | null
  favourite?: boolean
  /** 0 to 5 stars. */
  rating?: number
  /** Left out of lists that do not ask for it. */
  archived?: boolean
}

export interface TransformOptions extends Asking {
  /** true appends a version to the image's history; false keeps the result for its time and leaves the image as it is. */
  saveImage: boolean
  /** What it is put on; the current version unless said. */
  version?: number
  priority?: Priority
  /** Told of the end, signed with the account's secret: `webhooks.renewAccountSecret`. */
  webhookUrl?: string
  /** The same words again get the same job, not a second one. */
  idempotencyKey?: string
}

export interface MarkupQuery {
  /** The sizes attribute: how wide the picture is shown. `100vw` unless said. */
  sizes?: string
  /** Pixels; the ladder, up to the picture, unless said. */
  widths?: readonly number[]
  loading?: 'lazy' | 'eager'
}

export interface Images {
  /** Sends one file. 413, 415 and 422 say why it was not taken. */
  upload(file: Blob, options?: UploadOptions): Promise<UploadedImage>
  /** Sends several files in one request; those not taken are listed beside those that were. */
  uploadMany(files: readonly Blob[], options?: Omit<UploadOptions, 'name'>): Promise<UploadBatch>
  /** Sends a ZIP archive. The job unpacks it; its result counts the files and names those that were not taken. */
  uploadArchive(archive: Blob, options?: UploadOptions): Promise<Job>
  /** One page, newest first unless sorted otherwise. */
  list(query?: ImageQuery, asking?: Asking): Promise<Page<Image>>
  /** All pages, one after the other, each fetched when it is asked for. */
  pages(query?: ImageQuery, asking?: Asking): AsyncGenerator<Page<Image>, void, void>
  /** How many there are of each month, camera, type and tag; of a search, of those that it means. */
  facets(query?: FacetsQuery, asking?: Asking): Promise<ImageFacets>
  get(id: string, asking?: Asking): Promise<Image>
  /** What looks nearly like it, the most alike first: the same photo in another size or file, or one taken a moment later. */
  similar(id: string, query?: PageQuery, asking?: Asking): Promise<Page<SimilarImage>>
  /** All that look nearly the same, in groups. */
  duplicates(query?: PageQuery, asking?: Asking): Promise<Page<DuplicateGroup>>
  status(id: string, asking?: Asking): Promise<ImageStatusView>
  patch(id: string, change: ImageChange, asking?: Asking): Promise<Image>
  /** How a picture's URL with these parameters is understood; its `url` is signed where the caller may have that. */
  explain(id: string, parameters: PictureParameters, asking?: Asking): Promise<Explanation>
  /** A `<picture>` to paste into a page, and its parts. */
  markup(id: string, query?: MarkupQuery, asking?: Asking): Promise<Markup>
  /** ThumbHash and dominant colour; null while they are computed. */
  placeholder(id: string, asking?: Asking): Promise<Placeholder>
  /** To the trash: nobody is given its picture any more, and it is deleted after 30 days, unless configured otherwise. */
  trash(id: string, asking?: Asking): Promise<Image>
  /** Out of the trash again. */
  untrash(id: string, asking?: Asking): Promise<Image>
  /** One change to many images: of up to 100 ids at once, else by the job it answers. */
  changeMany(request: BulkRequest, asking?: Asking): Promise<BulkAnswer>
  /** Gone for good, with every rendition, past the trash. */
  remove(id: string, asking?: Asking): Promise<void>
  /** Has an image fetched from a public address: a job, whose `imageId` is set when it is complete. */
  importUrl(request: ImportRequest, asking?: Asking): Promise<Job>
  /** A new original under the same id, as the next version. */
  replace(id: string, file: Blob, options?: ReplaceOptions): Promise<UploadedImage>
  /** Parameters, or `steps` in an order of one's own, as a job: `jobs.settled` waits for it, `jobs.result` has the picture. */
  transform(id: string, transformation: Transformation, options: TransformOptions): Promise<AcceptedJob>
  /** The history, newest first. */
  versions(id: string, query?: PageQuery, asking?: Asking): Promise<Page<Version>>
  /** 409 `nothing_to_undo` at the beginning. */
  undo(id: string, asking?: Asking): Promise<Image>
  /** 409 `nothing_to_redo` at the end. */
  redo(id: string, asking?: Asking): Promise<Image>
  /** Appends a version that is version `version` again. */
  restore(id: string, version: number, asking?: Asking): Promise<Image>
  /** Everything that was made of it. */
  renditions(id: string, query?: PageQuery, asking?: Asking): Promise<Page<Rendition>>
  /** Removes what can be made again; presets stay. */
  purge(id: string, asking?: Asking): Promise<Purge>
  /** Polls with growing pauses until the renditions are made or have failed, and gives the image. */
  settled(id: string, asking?: Asking): Promise<Image>
}

export function createImages(transport: Transport, fetchImpl: typeof fetch): Images {
  const root = '/api/images'
  const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`
  const { json } = transport

  const get: Images['get'] = (id, { signal } = {}) =>
    json('Image', { method: 'GET', path: pathOf(id), signal })
  const status: Images['status'] = (id, { signal } = {}) =>
    json('ImageStatus', { method: 'GET', path: `${pathOf(id)}/status`, signal })
  const step = (id: string, way: string, { signal }: Asking = {}): Promise<Image> =>
    json('Image', { method: 'POST', path: `${pathOf(id)}/${way}`, signal })
  const list: Images['list'] = (query, { signal } = {}) =>
    json('ImagePage', { method: 'GET', path: root, query, signal })

  return {
    async upload(file, options = {}) {
      const answer = await uploadFiles(transport, fetchImpl, root, [file], options)
      if ('images' in answer) throw new TypeError('One file was sent and several were answered.')
      return answer
    },
    async uploadMany(files, options = {}) {
      const answer = await uploadFiles(transport, fetchImpl, root, files, options)
      return 'images' in answer ? answer : { images: [answer], rejected: [] }
    },
    uploadArchive: (archive, options = {}) =>
      uploadArchive(transport, fetchImpl, `${root}/archive`, archive, options),
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    facets: (query, { signal } = {}) =>
      json('ImageFacets', { method: 'GET', path: `${root}/facets`, query, signal }),
    similar: (id, query, { signal } = {}) =>
      json('SimilarPage', { method: 'GET', path: `${pathOf(id)}/similar`, query, signal }),
    duplicates: (query, { signal } = {}) =>
      json('DuplicatePage', { method: 'GET', path: `${root}/duplicates`, query, signal }),
    get,
    status,
    patch: (id, body, { signal } = {}) => json('Image', { method: 'PATCH', path: pathOf(id), body, signal }),
    explain: (id, query, { signal } = {}) =>
      json('Explanation', { method: 'GET', path: `${pathOf(id)}/explain`, query, signal }),
    async remove(id, { signal } = {}) {
      await transport.send({ method: 'DELETE', path: pathOf(id), signal })
    },
    changeMany: (body, { signal } = {}) =>
      json('BulkAnswer', { method: 'POST', path: `${root}/bulk`, body, signal }),
    trash: (id, asking) => step(id, 'trash', asking),
    untrash: (id, asking) => step(id, 'restore', asking),
    markup: (id, { widths, ...query } = {}, { signal } = {}) =>
      json('Markup', {
        method: 'GET',
        path: `${pathOf(id)}/markup`,
        query: { ...query, widths: widths?.join() },
        signal,
      }),
    placeholder: (id, { signal } = {}) =>
      json('Placeholder', { method: 'GET', path: `${pathOf(id)}/placeholder`, signal }),
    importUrl: (body, { signal } = {}) =>
      json('Job', { method: 'POST', path: `${root}/import`, body, signal }),
    async replace(id, file, options = {}) {
      const answer = await uploadFiles(transport, fetchImpl, `${pathOf(id)}/replace`, [file], options)
      if ('images' in answer) throw new TypeError('One file was sent and several were answered.')
      return answer
    },
    transform: (id, transformation, { signal, ...options }) =>
      json('AcceptedJob', {
        method: 'POST',
        path: `${pathOf(id)}/transform`,
        body: { ...transformation, ...options },
        signal,
      }),
    versions: (id, query, { signal } = {}) =>
      json('VersionPage', { method: 'GET', path: `${pathOf(id)}/versions`, query, signal }),
    undo: (id, asking) => step(id, 'undo', asking),
    redo: (id, asking) => step(id, 'redo', asking),
    restore: (id, version, asking) => step(id, `versions/${version}/restore`, asking),
    renditions: (id, query, { signal } = {}) =>
      json('RenditionPage', { method: 'GET', path: `${pathOf(id)}/renditions`, query, signal }),
    purge: (id, { signal } = {}) =>
      json('Purge', { method: 'DELETE', path: `${pathOf(id)}/renditions`, signal }),
    async settled(id, asking = {}) {
      const done = ({ status: now }: ImageStatusView): boolean => now === 'complete' || now === 'failed'
      await untilSettled(() => status(id, asking), done, asking.signal)
      return untilSettled(
        () => get(id, asking),
        () => true,
        asking.signal,
      )
    },
  }
}
