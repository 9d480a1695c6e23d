/**
 * Content-Security-Policy of our pages: everything they load is ours. Pictures may also be previews of files that are
 * being uploaded, and lie at the origins of `pictureUrls`: the public URL where that is another one, and the storage
 * to which a picture's URL may redirect, since a policy is asked again at every redirect.
 */
export const pagePolicy = (pictureUrls: readonly string[]): string =>
  [
    "default-src 'self'",
    ["img-src 'self' blob: data:", ...new Set(pictureUrls.map((url) => new URL(url).origin))].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
