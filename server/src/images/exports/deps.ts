import type { IsAccountOpen } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { ExportSigner } from '../../platform/signing/index.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import type { UploadPlaces } from '../uploads/upload-places.ts'

/** What exports work with. */
export interface ExportDeps extends ChangeDeps {
  storage: Storage
  signer: ExportSigner
  isAccountOpen: IsAccountOpen
  bus: Bus
  log: Logger
  exporting: { exportHours: number }
  /** Downloads at once. */
  downloads: UploadPlaces
}
