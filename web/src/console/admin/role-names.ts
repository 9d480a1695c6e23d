import type { Role } from '@rendition/contract'

export const roleNames: Record<Role, string> = { admin: 'Administrator', user: 'User', viewer: 'Viewer' }
