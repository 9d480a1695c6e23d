import { Failure, type Page, type Upload } from '@rendition/contract'
import { type Lock, type Locker, Server } from '@tus/server'
import { uuidv7 } from 'uuidv7'
import type { Origin } from '../../platform/audit.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { endLeasesBefore } from '../store/upload-leases.ts'
import { listUnfinished } from '../store/uploads.ts'
import { refuseKnown } from '../uploads/same-bytes.ts'
import { aboutOf, headersOf, viewOf } from './answers.ts'
import type { IncomingBody } from './body.ts'
import { checksumAlgorithms } from './checksum.ts'
import type { ResumableDeps } from './deps.ts'
import { eraseUntold, eraseUploadsOf } from './erase-uploads.ts'
import { currentExchange, type Exchange, withExchange } from './exchange.ts'
import { failureOfAnswer, failureOfLibrary } from './failures.ts'
import { finishHeld, finishUpload } from './finish-upload.ts'
import { joinUploads } from './join-uploads.ts'
import type { Leases } from './leases.ts'
import { findLinked } from './link-at-once.ts'
import { describe } from './metadata.ts'
import { isComplete, ownTusUpload, uploadsPath, uploadUrl } from './own-upload.ts'
import { checksumsOf, wholeDigestOf } from './said-digests.ts'
import { sweepLostUploads, sweepUploads } from './sweep-uploads.ts'
import { UploadStore } from './upload-store.ts'

/** A request of the protocol. */
export interface TusRequest {
  method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** null for all of them. */
  id: string | null
  headers: Readonly<Record<string, string | undefined>>
  /** Ends when nothing more comes, also where it was cut off. */
  body: Pick<IncomingBody, 'body' | 'end' | 'isWhole'> | null
  ownerId: string
  /** Of a guest, the share that lets them; null for the owner. */
  shareId?: string | null
  /** Where the request came from. */
  origin?: Origin | undefined
  /** Of a request that brings bytes, where it comes over a network. */
  network: string | null
  admit: Exchange['admit']
}

export interface TusAnswer {
  status: number
  headers: Record<string, string>
}

/** Uploads that go on after anything. */
export interface Resumable {
  /** Answers as tus 1.0 says, or throws. */
  handle(request: TusRequest): Promise<TusAnswer>
  /** What the protocol is able to do here, for anybody. */
  abilities(): Promise<TusAnswer>
  /** Of one account, what is no image yet. */
  list(ownerId: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<Upload>>
  eraseAllOf(ownerId: string): Promise<void>
  /** Lets go of what earlier processes held, where there can be only one. */
  start(): Promise<void>
  sweep(): Promise<void>
  sweepLost(graceMs: number): Promise<string[]>
}

/** A stuck request is given so long to write down what it has. */
const drainMs = 200

export function createResumable(deps: ResumableDeps): Resumable {
  const { db, storage, leases, places, maxUploadBytes, uploadExpiryMs } = deps
  const begunAt = uuidv7()
  const finished = async (id: string): Promise<Record<string, string>> => {
    const exchange = currentExchange()
    const { holder, origin, held, row } = exchange
    exchange.held = null
    return headersOf(
      await deps.foreground.during(() =>
        held === null
          ? finishUpload(deps, id, holder, origin)
          : finishHeld(deps, held, { id, holder, origin, read: row }),
      ),
    )
  }
  const server = new Server({
    path: uploadsPath,
    relativeLocation: true,
    datastore: new UploadStore(deps),
    locker: lockerOf(leases),
    lockDrainTimeout: drainMs,
    maxSize: maxUploadBytes,
    namingFunction: () => {
      const id = uuidv7()
      currentExchange().creating = id
      return id
    },
    async onIncomingRequest(_request, id) {
      const { creating, ownerId, row } = currentExchange()
      if (id !== creating && id !== row?.id) await ownTusUpload(db, ownerId, id)
    },
    async onUploadCreate(_request, { size }) {
      const { metadata, admit, ownerId, shareId } = currentExchange()
      const { sha256: told, ...said } = describe(metadata)
      await admit(said)
      const exchange = currentExchange()
      exchange.sha256 ??= told
      const { sha256 } = exchange
      // Before the bytes are sent.
      if (sha256 !== null && shareId === null) {
        await refuseKnown(db, said.duplicates ?? deps.uploadDuplicates, ownerId, sha256)
        exchange.linked = exchange.partial ? null : await findLinked(deps, ownerId, { sha256, size, said })
      }
      return {}
    },
    async onUploadFinish(_request, { id }) {
      const { partial, ownerId, row } = currentExchange()
      if (partial || (row ?? (await ownTusUpload(db, ownerId, id))).kind === 'partial') return {}
      return { headers: await finished(id) }
    },
    onResponseError(_request, error) {
      currentExchange().failure ??= error
      return undefined
    },
  })

  async function ask(request: TusRequest, exchange: Exchange): Promise<TusAnswer> {
    const { method, id, headers } = request
    const url = `http://uploads${id === null ? uploadsPath : uploadUrl(id)}`
    const said = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined)
    const asked = new Request(url, { method, headers: said })
    const answer = await server.handleWeb(asked as Parameters<typeof server.handleWeb>[0])
    if (exchange.failure !== undefined) throw failureOfLibrary(exchange.failure)
    if (answer.status >= 400) throw failureOfAnswer(answer.status, await answer.text())
    const told = [...answer.headers].filter(([name]) => !/^(access-control-|content-)/.test(name))
    return { status: answer.status, headers: Object.fromEntries(told) }
  }

  async function handleOne(request: TusRequest, exchange: Exchange): Promise<TusAnswer> {
    const { method, id, headers, ownerId } = request
    const { shareId } = exchange
    // The library takes it for a header that is not what it should be.
    if (headers['tus-resumable'] !== '1.0.0') throw new Failure('tus_version')
    if (shareId !== null && headers['upload-concat'] !== undefined)
      throw new Failure('forbidden', 'Guests send each file in one upload.')
    const concat = headers['upload-concat']
    if (method === 'POST' && concat?.startsWith('final;') === true) {
      const { sha256, ...said } = describe(exchange.metadata)
      exchange.sha256 ??= sha256
      await exchange.admit(said)
      const joined = await joinUploads(deps, { ...exchange, concat })
      return { status: 201, headers: { location: uploadUrl(joined.id), ...headersOf(joined) } }
    }
    const before = id === null ? null : await ownTusUpload(db, ownerId, id)
    if (before !== null && shareId !== null && before.shareId !== shareId) throw new Failure('not_found')
    exchange.row = before
    if (method === 'PATCH' && before?.kind === 'final') {
      throw new Failure('forbidden', 'A final upload takes no bytes.')
    }
    // Its last bytes came, and whoever sent them may not have heard what became of them.
    const isLeft =
      before !== null &&
      before.imageId === null &&
      before.jobId === null &&
      before.kind !== 'partial' &&
      isComplete(before)
    if (method === 'HEAD' && before !== null && isLeft) await finished(before.id)
    // The library refuses one that is known, also for whoever says it again since its answer was lost.
    const isKnown =
      before !== null && before.length !== null && headers['upload-length'] === `${before.length}`
    const asked = isKnown ? { ...request, headers: { ...headers, 'upload-length': undefined } } : request
    const answer = await ask(asked, exchange)
    const { linked } = exchange
    if (linked !== null) {
      const offset = { 'upload-offset': `${linked.current.original.size}` }
      const became = headersOf({ imageId: linked.id, jobId: linked.current.jobId })
      return { ...answer, headers: { ...answer.headers, ...offset, ...became } }
    }
    if (method !== 'HEAD' || id === null) return answer
    return { ...answer, headers: { ...answer.headers, ...aboutOf(await ownTusUpload(db, ownerId, id)) } }
  }

  return {
    async handle(request) {
      const { headers, ownerId, network, shareId = null } = request
      const brings = request.body !== null
      const leave = brings ? places.take(shareId === null ? ownerId : `share:${shareId}`, network) : () => {}
      try {
        const exchange: Exchange = {
          ownerId,
          shareId,
          origin: request.origin,
          holder: uuidv7(),
          body: request.body,
          wanted: null,
          checksums: checksumsOf(headers),
          sha256: wholeDigestOf(headers),
          metadata: headers['upload-metadata'] ?? '',
          partial: headers['upload-concat'] === 'partial',
          admit: request.admit,
          creating: null,
          linked: null,
          held: null,
          complete: false,
          row: null,
          letGo: () => {},
          yielded: false,
          failure: undefined,
          erasing: null,
        }
        let told = false
        try {
          const answer = await withExchange(exchange, () => handleOne(request, exchange))
          told = request.body?.isWhole() ?? true
          return answer
        } finally {
          await exchange.held?.release()
          await exchange.erasing
          // Who found it in the list, and asks how far it is, has made this request let go of it.
          const isKnown = told || exchange.yielded
          if (!isKnown && exchange.creating !== null) await eraseUntold(deps, exchange.creating)
        }
      } finally {
        leave()
      }
    },

    async abilities() {
      const url = `http://uploads${uploadsPath}`
      const answer = await server.handleWeb(
        new Request(url, { method: 'OPTIONS' }) as Parameters<typeof server.handleWeb>[0],
      )
      const told = [...answer.headers].filter(([name]) => name.startsWith('tus-'))
      return {
        status: answer.status,
        headers: { ...Object.fromEntries(told), 'tus-checksum-algorithm': checksumAlgorithms.join(',') },
      }
    },

    async list(ownerId, query) {
      const { limit } = query
      const rows = await listUnfinished(db, ownerId, limit + 1, cursorOf(query))
      return pageOf(rows, limit, (row) => viewOf(row, uploadExpiryMs))
    },

    eraseAllOf: (ownerId) => eraseUploadsOf(deps, ownerId),

    async start() {
      if (storage.reach === 'process') await endLeasesBefore(db, begunAt)
    },

    sweep: () => sweepUploads(deps),
    sweepLost: (graceMs) => sweepLostUploads(deps, graceMs),
  }
}

/** The library's locks are leases; that of an upload in the making is written with its row. */
function lockerOf(leases: Leases): Locker {
  return {
    newLock(id): Lock {
      return {
        async lock(signal, letGo) {
          const exchange = currentExchange()
          exchange.wanted = signal
          const yieldNow = (): void => {
            exchange.yielded = true
            void letGo()
          }
          exchange.letGo = yieldNow
          if (exchange.creating !== id) exchange.held = await leases.take(id, exchange.holder, yieldNow)
        },
        async unlock() {
          const exchange = currentExchange()
          if (exchange.complete) return
          await exchange.held?.release()
          exchange.held = null
        },
      }
    },
  }
}
