import ipaddr from 'ipaddr.js'

/** One subscriber: an IPv4 address, or the /64 of an IPv6 one, of which a single machine may have any address. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const [a = 0, b = 0, c = 0, d = 0] = (parsed as ipaddr.IPv6).parts
  return [a, b, c, d].map((part) => part.toString(16)).join(':')
}
