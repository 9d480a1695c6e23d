import { pathOf } from './methods.ts'

/**
 * The path of a request as it may stand in a log: without its query, in which signatures and tokens of other systems live,
 * and without the token of a share, which opens it.
 */
export const loggedPath = (url: string): string => pathOf(url).replace(/^(\/(?:api\/shared|s)\/)[^/]+/, '$1…')
