import { createDeeds, createOperator, holdAccount, isAccountOpen, type Operator } from '../../auth/index.ts'
import { createImages, type Images } from '../../images/index.ts'
import { ENGINE_EPOCH } from '../../imaging/rules.ts'
import { createJobBook } from '../../jobs/index.ts'
import { openCache } from '../../platform/cache/index.ts'
import { systemClock } from '../../platform/clock.ts'
import { loadSecrets, parseSecrets } from '../../platform/data-folder/index.ts'
import { openBus } from '../../platform/events/index.ts'
import { createOutbound } from '../../platform/http/outbound.ts'
import { inMemory } from '../../platform/limits/index.ts'
import { createUrlSigner } from '../../platform/signing/index.ts'
import { createDiskRoom, openStorage } from '../../platform/storage/index.ts'
import { createRendering } from '../../rendering/index.ts'
import { localUrl, portOf } from '../../roles/address.ts'
import type { Config } from '../../roles/config.ts'
import { volumesOf } from '../../roles/parts.ts'
import { createSharePasswords } from '../../roles/share-passwords.ts'
import { openInstallation } from '../installation.ts'

/** What takes files in as the service does: by its uploads, into its storage and database. */
export interface Ingest {
  uploads: Images['uploads']
  restore: Images['restore']
  findAccount: Operator['findAccount']
  close(): Promise<void>
}

/**
 * Opens what uploads need of an installation, whether its service runs meanwhile or not. Jobs are written and not run: that
 * is the service's part, now or when it starts.
 */
export async function openIngest(config: Config): Promise<Ingest> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one()
  }
  try {
    const installation = await openInstallation(config, true)
    closers.push(installation.close)
    const { db, folder, log } = installation
    if (folder === null) throw new Error('the data folder was not opened')
    const { storageUrl, diskReserveBytes, cacheUrl } = config.parts
    const { directUrl } = config.delivery
    const sendfile = config.delivery.sendfile !== 'off'
    const volumes = volumesOf(config, folder)
    const diskRoom = createDiskRoom({ volumes, reserveBytes: diskReserveBytes, log })
    const storage = await openStorage({
      url: storageUrl,
      folder: folder.storage,
      directUrl,
      sendfile,
      diskRoom,
      log,
    })
    closers.push(() => storage.close())
    const bus = await openBus({ url: cacheUrl, log })
    closers.push(() => bus.close())
    // Uploads make no results.
    const results = await openCache({ url: 'memory:', maxBytes: 1 })
    closers.push(() => results.close())
    const rendering = createRendering({ limits: config.limits, config: config.rendering, log })
    closers.push(() => rendering.close())
    const outbound = createOutbound({ allow: [] })
    closers.push(() => outbound.close())
    const shared = config.server.secrets
    const secrets = shared === undefined ? await loadSecrets(folder.path) : parseSecrets(shared, 'SECRETS')
    // Events are sent on with URLs of the service, not of this process.
    const { host, publicUrl } = config.server
    const signer = createUrlSigner({
      keys: secrets.urlKeys,
      publicUrl: publicUrl ?? localUrl(host, await portOf(config.server)),
      windowMs: config.server.urlWindowMs,
      clock: systemClock,
    })
    const { uploads, restore, presetBook } = createImages({
      deeds: createDeeds(systemClock),
      db,
      storage,
      results,
      rendering,
      bus,
      book: createJobBook({ config: config.jobs, signer, holdOwner: holdAccount }),
      signer,
      passwords: createSharePasswords(config.auth, inMemory),
      outbound,
      holdOwner: holdAccount,
      isAccountOpen,
      // Nobody else uploads by this process.
      config: { ...config.images, maxUploads: uploadsAtOnce, maxUploadsPerAccount: uploadsAtOnce },
      engineEpoch: ENGINE_EPOCH,
      log,
    })
    closers.push(await presetBook.follow())
    const { findAccount } = createOperator({ db, config: config.auth })
    return { uploads, restore, findAccount, close }
  } catch (error) {
    await close()
    throw error
  }
}

const uploadsAtOnce = 64
