/**
 * Content-Security-Policy of our pages: everything they load is ours. Pictures may also be previews of files that are
 * being uploaded, and lie where `publicUrl` says when that is another origin.
 */
export const pagePolicy = (publicUrl: string | undefined): string =>
  [
    "default-src 'self'",
    `img-src 'self' blob: data:${publicUrl === undefined ? '' : ` ${new URL(publicUrl).origin}`}`,
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
