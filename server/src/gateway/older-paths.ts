/**
 * The paths of the service's first documents, as a table onto today's routes. A row whose shape did not change is
 * a plain rewrite of the URL, made before routing; the three that answer differently are in `older-answers.ts`.
 */
const rewrites: readonly { method: string; from: RegExp; to: string }[] = [
  { method: '*', from: /^\/auth(?=\/|$)/, to: '/api/auth' },
  { method: 'POST', from: /^\/images\/upload\/?$/, to: '/api/images/upload' },
  { method: 'GET', from: /^\/images\/?$/, to: '/api/images' },
  { method: 'POST', from: /^\/images\/?$/, to: '/api/images' },
  { method: 'POST', from: /^\/images\/transform\/([^/]+)\/?$/, to: '/api/images/$1/transform' },
  { method: 'GET', from: /^\/images\/transformedImage\/([^/]+)\/?$/, to: '/api/jobs/$1/result' },
  { method: 'GET', from: /^\/jobs\/([^/]+)\/?$/, to: '/api/jobs/$1' },
]

/** Today's URL for an older one, else the URL as it is. The query is kept. */
export function rewriteOlderPath(method: string, url: string): string {
  const at = url.indexOf('?')
  const path = at === -1 ? url : url.slice(0, at)
  const query = at === -1 ? '' : url.slice(at)
  for (const row of rewrites) {
    if (row.method !== '*' && row.method !== method) continue
    if (row.from.test(path)) return path.replace(row.from, row.to) + query
  }
  return url
}
