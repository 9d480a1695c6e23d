import type { Image, ImportRequest } from '@rendition/contract'
import type { JobRecord } from '../../jobs/index.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { ownImage } from '../library/access.ts'
import { type ShowDeps, showChanged } from '../library/show-changed.ts'
import { viewFor } from '../library/view.ts'
import { findImportedImages, type ImportedImage } from '../store/imported-images.ts'
import { createForesight, type Foresight } from './foresee.ts'
import type { ReceivedFile } from './receive-file.ts'
import { replaceOriginal } from './replace-original.ts'
import { requestImport } from './request-import.ts'
import { openUpload, type UploadDeps, type UploadSession } from './upload-files.ts'

/** Everything that brings bytes. */
export interface Uploads {
  /** Takes files of one request; `signal` aborts when the client is gone. */
  open(principal: Principal, signal: AbortSignal, network?: string): Promise<UploadSession>
  /** Takes the one file that is to be an image's next original; its account need not have room for one more image. */
  openReplacement(
    principal: Principal,
    imageId: string,
    signal: AbortSignal,
    network: string,
  ): Promise<Pick<UploadSession, 'receive' | 'takeOne' | 'close'>>
  /** Makes a received file the next version of an image. */
  replace(
    principal: Principal,
    imageId: string,
    file: ReceivedFile,
    webhookUrl: string | null,
  ): Promise<Image>
  /** The images that were made of what an older stack had, by its sources; nothing was made of the others. */
  imported(sources: readonly string[]): Promise<ReadonlyMap<string, ImportedImage>>
  /** Tells what uploads would become, and makes none. */
  foresee(): Foresight
  /** Asks for a file from an address, as a job. */
  import(principal: Principal, request: ImportRequest): Promise<JobRecord>
}

export function createUploads(deps: UploadDeps & ShowDeps): Uploads {
  return {
    open: (principal, signal, network) =>
      openUpload(
        deps,
        viewFor(deps.view, principal),
        { ownerId: principal.userId, came: { doer: principal, via: 'form' } },
        signal,
        network ?? null,
      ),
    async openReplacement(principal, imageId, signal, network) {
      const { ownerId } = await ownImage(deps.db, principal, imageId)
      const whose = {
        ownerId,
        placesOf: principal.userId,
        came: { doer: principal, via: 'form' } as const,
        images: 0,
      }
      return openUpload(deps, viewFor(deps.view, principal), whose, signal, network)
    },
    replace: (principal, imageId, file, webhookUrl) =>
      showChanged(deps, principal, replaceOriginal(deps, principal, imageId, file, webhookUrl)),
    foresee: () => createForesight(deps),
    imported: (sources) => findImportedImages(deps.db, sources),
    import: (principal, request) => requestImport(deps, principal, request),
  }
}
