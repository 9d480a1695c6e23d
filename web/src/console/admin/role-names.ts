import type { Role } from '@rendition/contract'
import type { Phrase } from '../../languages/catalogue.ts'

export const roleNames: Record<Role, Phrase> = { admin: 'Administrator', user: 'User', viewer: 'Viewer' }
