import type { Lane } from '../gate.ts'

/** In the audit: no request, so no address and no id of one. */
export const commandLine = { address: null, userAgent: 'rendition command line', requestId: null }

export const operatorLane: Lane = { kind: 'change', from: 'command line' }
