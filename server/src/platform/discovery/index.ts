export { type ConsulRegistration, registerInConsul } from './consul.ts'
export { type DnsOptions, resolveByDns } from './dns.ts'
export type { Endpoint, Resolver } from './port.ts'
