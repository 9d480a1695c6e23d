import { type Auth, createAuth } from '../auth/index.ts'
import { createDelivery, type Delivery } from '../delivery/index.ts'
import { createImages, type Images, imageChangedTopic } from '../images/index.ts'
import { ENGINE_EPOCH } from '../imaging/index.ts'
import { createEventLog, createJobBook, createJobs, type JobBook, type Jobs } from '../jobs/index.ts'
import {
  createNotify,
  createWebhooks,
  deleteWebhooksOfOwner,
  type Notify,
  type Webhooks,
} from '../notify/index.ts'
import { systemClock } from '../platform/clock.ts'
import { createOutbound, type Outbound } from '../platform/http/outbound.ts'
import { requestIdOf } from '../platform/http/request-id.ts'
import { createUrlSigner } from '../platform/signing/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { createRendering, type Rendering } from '../rendering/index.ts'
import type { Config } from './config.ts'
import type { Parts } from './parts.ts'

/** Every room of the house, made but not yet at work. */
export interface Rooms {
  auth: Auth
  images: Images
  book: JobBook
  jobs: Jobs
  notify: Notify
  webhooks: Webhooks
  delivery: Delivery
  rendering: Rendering
  outbound: Outbound
}

/** Makes the rooms and hands each what it needs; nothing here decides anything about images. */
export async function createRooms(
  config: Config,
  parts: Parts,
  publicUrl: string,
  log: Logger,
  /** Another one only where rendering itself is not the subject: the jobs benchmark. */
  rendering: Rendering = createRendering({ limits: config.limits, config: config.rendering, logger: log }),
): Promise<Rooms> {
  const { db, storage, queue, cache, bus, limits, secrets } = parts
  const clock = systemClock
  const engineEpoch = ENGINE_EPOCH
  const signer = createUrlSigner({
    keys: secrets.urlKeys,
    publicUrl,
    windowMs: config.server.urlWindowMs,
    clock,
  })
  const outbound = createOutbound({ allow: config.server.outboundAllow })
  const book = createJobBook({ config: config.jobs, signer })
  const images = createImages({
    db,
    storage,
    rendering,
    bus,
    book,
    signer,
    config: config.images,
    engineEpoch,
    log,
  })
  const jobs = await createJobs({
    db,
    queue,
    bus,
    storage,
    signer,
    book,
    owner: images.jobOwner,
    config: config.jobs,
    log,
    onImages: async (imageIds) => {
      await Promise.all(imageIds.map((imageId) => bus.publish(imageChangedTopic, { imageId })))
    },
  })
  const events = createEventLog(db)
  const notify = await createNotify({ events, bus, logger: log, config: config.notify })
  const webhooks = createWebhooks({
    db,
    events,
    outbound,
    clock,
    logger: log,
    appendEvent: (tx, event) => book.emit(tx, [event]),
    random: Math.random,
    disableAfterDays: config.notify.webhookDisableDays,
  })
  const [signingKey, ...retiredKeys] = secrets.signingKeys
  if (signingKey === undefined) throw new Error('the secrets hold no signing key')
  const auth = await createAuth({
    db,
    signingKey,
    retiredKeys,
    config: config.auth,
    clock,
    logger: log,
    bus,
    createLimiter: limits.createLimiter,
    eraseOwned: async (userId) => {
      await jobs.deleteAllOf(userId)
      await images.deleteAllOf(userId)
    },
    onAccountDeleted: (userId, tx) => deleteWebhooksOfOwner(tx, userId),
    countImages: images.count,
  })
  const delivery = createDelivery({
    images,
    describe: (principal, imageId) => images.get(principal, imageId),
    storage,
    cache,
    rendering,
    signer,
    bus,
    clock,
    config: config.delivery,
    requestId: requestIdOf,
    onError: (error, what) => log.warn({ err: error }, what),
  })
  return { auth, images, book, jobs, notify, webhooks, delivery, rendering, outbound }
}
