import type { AuditAction } from '@rendition/contract'
import { accountActs } from './accounts.ts'
import { imageActs } from './images.ts'
import { otherActs } from './others.ts'
import type { Left, Stage } from './stage.ts'

/** What a route that changes something leaves in the audit, done by HTTP; or the test that does it where it needs more than this house has. */
export type Act = ((stage: Stage) => Promise<Left>) | { action: AuditAction; seenIn: string }

/** Every route that changes anything is here: by what it leaves in the audit, or by why it is no act. */
export const acts: Readonly<Record<string, Act | string>> = { ...accountActs, ...imageActs, ...otherActs }
