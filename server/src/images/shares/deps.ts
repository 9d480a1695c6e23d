import type { HoldOwner } from '../../platform/database/port.ts'
import type { ShareSigner, UrlSigner } from '../../platform/signing/index.ts'
import type { FullViewContext } from '../library/view.ts'
import type { UploadDeps } from '../uploads/upload-files.ts'

/** Passwords of shares, hashed as those of accounts are. */
export interface SharePasswords {
  /** `network` is whose turn it takes. Throws `overloaded`. */
  hash(password: string, network: string): Promise<string>
  /** Counts wrong ones by share and network. Throws `rate_limited`, `overloaded`. */
  verify(shareId: string, hash: string, password: string, network: string): Promise<boolean>
}

export interface SharesDeps extends UploadDeps {
  view: FullViewContext
  signer: UrlSigner & ShareSigner
  holdOwner: HoldOwner
  passwords: SharePasswords
}
