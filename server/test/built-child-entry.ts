import { inject } from 'vitest'
// Its declaration of what is provided.
import type {} from './built-child.ts'

/** In tests instead of `server/src/rendering/child-entry.ts`, by an alias of `vitest.config.ts`. */
export const childEntry = new URL(inject('childEntry'))
