/**
 * Content-Security-Policy of our pages: everything they load, and all they speak to, is the host and scheme they came by.
 * It never asks for `upgrade-insecure-requests`: nothing is named by scheme, and a page that came over plain http by another
 * name than localhost would ask for its own files at a port where nobody speaks TLS. Pictures may also be previews of files that are
 * being uploaded, and lie at the origins of `pictureUrls`: the public URL where that is another one, and the storage
 * to which a picture's URL may redirect, since a policy is asked again at every redirect.
 */
export const pagePolicy = (pictureUrls: readonly string[]): string =>
  [
    // Scripts, fonts, requests and sockets; browsers that take `self` for no socket fall back to Server-Sent Events.
    "default-src 'self'",
    ["img-src 'self' blob: data:", ...new Set(pictureUrls.map((url) => new URL(url).origin))].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
