import { z } from 'zod'

/**
 * For pages, before the first schema: zod tries whether it may make functions of text as soon as an object is described, and
 * the policy of our pages forbids that and reports it.
 */
z.config({ jitless: true })
