import {
  type Auth,
  createAuth,
  createDeeds,
  createNoteFiles,
  createUsageCounter,
  holdAccount,
  isAccountOpen,
  namesOfAccounts,
  readQuota,
  type UsageCounter,
} from '../auth/index.ts'
import { createDelivery, type Delivery } from '../delivery/index.ts'
import { createImages, type Images, imageChangedTopic } from '../images/index.ts'
import { ENGINE_EPOCH } from '../imaging/rules.ts'
import {
  createEventLog,
  createJobBook,
  createJobs,
  deleteEventsOf,
  type JobBook,
  type Jobs,
  withoutPicture,
} from '../jobs/index.ts'
import {
  countWebhooksOf,
  createNotify,
  createPurges,
  createWebhooks,
  deleteWebhooksOfOwner,
  keepPurges,
  type Notify,
  type Purges,
  purgePresets,
  type Webhooks,
} from '../notify/index.ts'
import { type About, createOperations, type Operations } from '../operations/index.ts'
import { systemClock } from '../platform/clock.ts'
import { createForeground, type Foreground } from '../platform/foreground.ts'
import { createOutbound, type Outbound } from '../platform/http/outbound.ts'
import { requestIdOf } from '../platform/http/request-id.ts'
import { createUrlSigner } from '../platform/signing/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { createReceipts, type Receipts } from '../receipts/index.ts'
import { createRendering, type Rendering } from '../rendering/index.ts'
import type { Config } from './config.ts'
import type { Parts } from './parts.ts'
import { createSharePasswords } from './share-passwords.ts'

/** Every room of the house, made but not yet at work. */
export interface Rooms {
  auth: Auth
  images: Images
  book: JobBook
  jobs: Jobs
  notify: Notify
  webhooks: Webhooks
  purges: Purges
  delivery: Delivery
  receipts: Receipts
  operations: Operations
  usage: UsageCounter
  rendering: Rendering
  foreground: Foreground
  outbound: Outbound
  /** For addresses that the operator names. */
  operatorOutbound: Outbound
}

/** Makes the rooms and hands each what it needs; nothing here decides anything about images. */
export async function createRooms(
  config: Config,
  parts: Parts,
  publicUrl: string,
  log: Logger,
  about: Omit<About, 'roles'>,
  /** Another one only where rendering itself is not the subject: the jobs benchmark. */
  rendering: Rendering = createRendering({ limits: config.limits, config: config.rendering, log }),
): Promise<Rooms> {
  requireSignIn(config)
  const { db, storage, queue, cache, results, bus, limits, secrets } = parts
  const clock = systemClock
  const engineEpoch = ENGINE_EPOCH
  const signer = createUrlSigner({
    keys: secrets.urlKeys,
    publicUrl,
    windowMs: config.server.urlWindowMs,
    clock,
  })
  const outbound = createOutbound({ allow: config.server.outboundAllow })
  const deeds = createDeeds(clock)
  // What a job's URL of a preset names as its set, another room knows.
  const jobSigner = { ...signer, presetSet: () => images.presetSet() }
  const book = createJobBook({
    config: config.jobs,
    signer: jobSigner,
    holdOwner: holdAccount,
    tell: createNoteFiles(clock),
  })
  const usage = createUsageCounter({ db, clock })
  const receipts = createReceipts({
    db,
    clock,
    log,
    config: config.receipts,
    secret: secrets.pepper,
    issuer: publicUrl,
    purges: config.notify.purgeUrls.length > 0,
  })
  const foreground = createForeground()
  const images = createImages({
    foreground,
    erasures: receipts.book,
    quotaOf: readQuota,
    countUsage: usage.count,
    db,
    storage,
    results,
    rendering,
    bus,
    book,
    holdOwner: holdAccount,
    isAccountOpen,
    deeds,
    signer,
    passwords: createSharePasswords(config.auth, limits.createLimiter),
    outbound,
    config: config.images,
    outputSide: config.limits.outputSide,
    purgePresets,
    engineEpoch,
    log,
  })
  const jobs = await createJobs({
    db,
    queue,
    bus,
    storage,
    results: images.results,
    signer: jobSigner,
    book,
    owner: images.work.owner,
    config: config.jobs,
    deeds,
    log,
    onImages: async (imageIds) => {
      await Promise.all(imageIds.map((imageId) => bus.publish(imageChangedTopic, { imageId })))
    },
  })
  const events = createEventLog(db)
  const notify = await createNotify({ events, bus, log, config: config.notify })
  const webhooks = createWebhooks({
    holdOwner: holdAccount,
    deeds,
    db,
    bus,
    events,
    outbound,
    clock,
    log,
    appendEvent: (tx, event) => book.emit(tx, [event]),
    random: Math.random,
    disableAfterDays: config.notify.webhookDisableDays,
    keepAnswers: keepsAnswers(config),
  })
  const operatorOutbound = createOutbound({ allow: ['0.0.0.0/0', '::/0'] })
  const purges = createPurges({
    db,
    events,
    bus,
    outbound: operatorOutbound,
    clock,
    log,
    config: config.notify,
    random: Math.random,
  })
  const [signingKey, ...retiredKeys] = secrets.signingKeys
  if (signingKey === undefined) throw new Error('the secrets hold no signing key')
  const auth = await createAuth({
    db,
    signingKey,
    retiredKeys,
    sealingSecret: secrets.pepper,
    publicUrl,
    config: config.auth,
    clock,
    log,
    bus,
    createLimiter: limits.createLimiter,
    eraseOwned: async (userId) => {
      await jobs.deleteAllOf(userId)
      await images.holdings.deleteAllOf(userId)
    },
    erasures: {
      ...receipts.book,
      openAccount: async (tx, userId, own) => {
        const webhooks = await countWebhooksOf(tx, userId)
        const besides = { ...own, ...(await images.holdings.besides(tx, userId)), webhooks }
        return receipts.book.openAccount(tx, userId, besides)
      },
    },
    onAccountDeleted: async (userId, tx) => {
      await keepPurges(tx, (wanted) => deleteEventsOf(tx, userId, wanted))
      await deleteWebhooksOfOwner(tx, userId)
    },
    countImages: images.holdings.count,
    holdingsOf: images.holdings.of,
  })
  const delivery = createDelivery({
    images: images.reader,
    describe: (principal, imageId) => images.library.get(principal, imageId),
    storage,
    cache,
    rendering,
    signer,
    bus,
    clock,
    config: config.delivery,
    requestId: requestIdOf,
    countUsage: usage.count,
    onError: (error, what) => log.warn({ err: error }, what),
  })
  const operations = createOperations({
    db,
    clock,
    log,
    about: { ...about, roles: config.server.roles },
    oversight: jobs.oversight,
    purges: images.purges,
    stored: images.holdings.stored,
    purgesWaiting: purges.waiting,
    viewJob: (job) => withoutPicture(book.view(job)),
    namesOf: (userIds) => namesOfAccounts(db, userIds),
  })
  return {
    auth,
    operations,
    images,
    book,
    jobs,
    notify,
    webhooks,
    purges,
    delivery,
    receipts,
    usage,
    rendering,
    foreground,
    outbound,
    operatorOutbound,
  }
}

/** Throws where nobody could sign in as it is configured, or nobody could come back. */
function requireSignIn({ auth, server }: Pick<Config, 'auth' | 'server'>): void {
  const hasProviders = auth.providers.length > 0
  if (auth.smtpUrl !== undefined && server.publicUrl === undefined) {
    throw new Error('SMTP_URL needs PUBLIC_URL: links in mails begin with it.')
  }
  if (auth.verifyEmail && auth.smtpUrl === undefined) {
    throw new Error('VERIFY_EMAIL needs SMTP_URL: the links are mailed.')
  }
  if (hasProviders && server.publicUrl === undefined) {
    throw new Error('OIDC_PROVIDERS needs PUBLIC_URL: providers send browsers back to it.')
  }
  if (!auth.passwordSignIn && !hasProviders) {
    throw new Error('PASSWORD_SIGN_IN=false needs OIDC_PROVIDERS: nobody could sign in.')
  }
}

function keepsAnswers({ notify, server }: Pick<Config, 'notify' | 'server'>): boolean {
  if (notify.webhookAnswers === 'auto') return server.outboundAllow.length === 0
  return notify.webhookAnswers === 'keep'
}

/** Ends what the rooms hold by themselves, those last that others need. */
export async function closeRooms(rooms: Rooms): Promise<void> {
  // A start that failed has not come to end its streams; their timer would keep the process alive.
  await rooms.notify.close()
  await rooms.webhooks.close()
  await rooms.purges.close()
  await rooms.delivery.close()
  await rooms.jobs.close()
  await rooms.auth.close()
  await rooms.rendering.close()
  await rooms.outbound.close()
  await rooms.operatorOutbound.close()
}
