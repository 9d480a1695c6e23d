import { z } from 'zod'
import { list } from '../platform/config/fields.ts'

const shapes = 'must be local:, http://host:port (several with commas) or srv+http://name'

/**
 * Where a gateway finds a role, as text: `local:` or one SRV name, each alone, or a list of addresses and names over
 * plain http. Gives the URLs, and every fault of the text at once.
 */
export const upstreamUrls = () =>
  list(z.string()).superRefine((urls, context) => {
    for (const message of faultsOf(urls)) context.addIssue({ code: 'custom', message })
  })

function faultsOf(urls: readonly string[]): string[] {
  if (urls.length === 0) return [shapes]
  const faults = urls.flatMap((url) => faultOf(url) ?? [])
  if (urls.length > 1) {
    if (urls.includes('local:')) faults.push('local: is this process, and stands alone')
    if (urls.some((url) => url.startsWith('srv+')))
      faults.push('srv+http:// is a list already, and stands alone')
  }
  if (faults.length > 0) return faults
  const names = urls.map((url) => (url === 'local:' ? url : new URL(url).host))
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at))
  return [...twice].map((name) => `${name} is named twice`)
}

function faultOf(url: string): string | undefined {
  if (url === 'local:') return undefined
  // What stands before an @ may be a password.
  const shown = url.replace(/^.*@/, '…@')
  if (/^(srv\+)?https:/.test(url)) {
    return `${shown}: roles speak plain http to each other; put TLS in front or a mesh around`
  }
  const [, srv, rest = ''] = /^(srv\+)?(http:\/\/.+)$/.exec(url) ?? []
  if (!URL.canParse(rest)) return `${shown} ${shapes}`
  const { username, password, port, pathname, search, hash } = new URL(rest)
  if (username !== '' || password !== '') return `${shown}: roles ask each other for no password`
  if (pathname !== '/' || search !== '' || hash !== '') {
    return `${shown}: nothing may follow the address, a request keeps its path`
  }
  if (srv !== undefined && port !== '') return `${shown}: the port is in the SRV record`
  if (port === '0') return `${shown}: nobody listens on port 0`
  return undefined
}
