import type { Jobs } from '../../jobs/index.ts'
import type { Images } from '../create-images.ts'
import type { MultipartLimits } from './multipart.ts'

/** What the routes of this room call. */
export interface ImagesRoutesDeps {
  images: Pick<
    Images,
    | 'albums'
    | 'bulk'
    | 'exports'
    | 'shares'
    | 'guests'
    | 'uploads'
    | 'resumable'
    | 'archives'
    | 'direct'
    | 'library'
    | 'history'
    | 'presets'
    | 'searches'
  >
  jobs: Jobs
  limits: MultipartLimits
}
