/** What the header of one format says, before any judgement. Sizes are as stored, not yet upright. */
export interface Header {
  width: number
  height: number
  /** EXIF orientation, 1 to 8. */
  orientation: number
  frames: number
  hasAlpha: boolean
  /** A file of fewer bytes cannot hold so many pixels. */
  leastBytes?: number
}

/** Frames are counted up to one more than allowed: whoever has more is refused, however many more. */
export interface HeaderOptions {
  maximumFrames: number
}
