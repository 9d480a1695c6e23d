import { connect } from 'node:http2'

export interface Asked {
  status: number
  ms: number
  retryAfter: string | null
}

/** Asks for all of them at the same moment on one connection, as a browser does for a page; gives how each went. */
export async function askAtOnce(origin: string, paths: readonly string[]): Promise<Asked[]> {
  const session = connect(origin, { peerMaxConcurrentStreams: paths.length })
  await new Promise((resolve, reject) => {
    session.once('remoteSettings', resolve)
    session.once('error', reject)
  })
  try {
    const asked = performance.now()
    return await Promise.all(
      paths.map(
        (path) =>
          new Promise<Asked>((resolve, reject) => {
            const stream = session.request({ ':path': path, accept: 'image/avif,image/webp,*/*' })
            let head: { status: number; retryAfter: string | null } = { status: 0, retryAfter: null }
            stream.once('response', (headers) => {
              head = { status: headers[':status'] ?? 0, retryAfter: headers['retry-after'] ?? null }
            })
            stream.once('error', reject)
            stream.once('end', () => resolve({ ...head, ms: performance.now() - asked }))
            stream.resume()
          }),
      ),
    )
  } finally {
    session.close()
  }
}
