import type { HoldOwner } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Foreground } from '../../platform/foreground.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { Rendering } from '../../rendering/port.ts'
import type { CreateDeps } from '../uploads/create-image.ts'
import type { UploadPlaces } from '../uploads/upload-places.ts'
import type { Leases } from './leases.ts'
import type { RunningHashes } from './running-hashes.ts'
import type { SpentUploads } from './spent-uploads.ts'

export interface ResumableDeps extends CreateDeps {
  foreground: Foreground
  rendering: Rendering
  bus: Bus
  log: Logger
  holdOwner: HoldOwner
  leases: Leases
  hashes: RunningHashes
  spent: SpentUploads
  places: UploadPlaces
  maxUploadBytes: number
  maxUnfinished: number
  uploadExpiryMs: number
}
