import { headerListOf } from '../../platform/http/header-list.ts'

/** Formats that a client names in `Accept`. "Anything" alone promises neither: old clients and tools send it. */
export interface Accepted {
  avif: boolean
  webp: boolean
}

/** Reads `Accept` for the two types that matter, in any case; `q=0` refuses. */
export function acceptedFormats(accept: string | undefined): Accepted {
  const asked = accept?.toLowerCase() ?? ''
  const takes = (type: string): boolean => {
    if (!asked.includes(type)) return false
    return headerListOf(asked).some(
      ({ name, parameters }) =>
        name === type && !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter)),
    )
  }
  return { avif: takes('image/avif'), webp: takes('image/webp') }
}
