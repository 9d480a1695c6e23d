import type { Size } from '@rendition/contract'

/**
 * Where this page gets a picture. A service that was not told its own address (`PUBLIC_URL`) names that of its machine for
 * itself, which means nothing elsewhere; the page came from the same service, by an address that works.
 */
export function pictureUrl(
  { url }: Pick<Size, 'url'>,
  page: Pick<Location, 'origin'> = window.location,
): string {
  const named = new URL(url, page.origin)
  return isLoopback(named.hostname) ? `${page.origin}${named.pathname}${named.search}` : named.href
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
