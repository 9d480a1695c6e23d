export { type ConsulRegistration, registerInConsul } from './consul.ts'
export type { Endpoint, Resolver } from './port.ts'
export { resolveUrls } from './urls.ts'
