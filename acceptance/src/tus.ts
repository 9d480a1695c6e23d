import { createHash } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import sharp from 'sharp'
import { DefaultHttpStack, type HttpRequest, Upload, type UploadOptions } from 'tus-js-client'

/** A PNG of noise, of about so many bytes: nothing in it repeats, so that a byte in the wrong place is another hash. */
export async function noisyPicture(bytes: number): Promise<Buffer> {
  const side = Math.round(Math.sqrt(bytes / 3))
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  return sharp({ create: { width: side, height: side, channels: 3, background: '#808080', noise } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}

export interface Sent {
  imageId: string
  jobId: string
  url: string
}

/** Sends a file as tus-js-client does, to its end; `token` is asked before every request. */
export function sendByTus(
  bytes: Buffer,
  options: UploadOptions & { token: () => string },
  onUpload: (upload: Upload) => void = () => {},
): Promise<Sent> {
  const { token, onBeforeRequest, ...rest } = options
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      metadata: { filename: 'noise.png', filetype: 'image/png' },
      retryDelays: Array.from({ length: 60 }, () => 250),
      ...rest,
      async onBeforeRequest(request) {
        request.setHeader('Authorization', `Bearer ${token()}`)
        await onBeforeRequest?.(request)
      },
      onError: reject,
      onSuccess: ({ lastResponse }) =>
        resolve({
          imageId: lastResponse.getHeader('X-Image-Id') ?? '',
          jobId: lastResponse.getHeader('X-Job-Id') ?? '',
          url: upload.url ?? '',
        }),
    })
    onUpload(upload)
    upload.start()
  })
}

/** Says of every body what it has to be, which the library leaves to whoever uses it. */
export class ChecksumStack extends DefaultHttpStack {
  summed = 0

  override createRequest(method: string, url: string): HttpRequest {
    const request = super.createRequest(method, url)
    const send = request.send.bind(request)
    request.send = (body) => {
      if (ArrayBuffer.isView(body)) {
        const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
        request.setHeader('Upload-Checksum', `sha1 ${createHash('sha1').update(bytes).digest('base64')}`)
        this.summed += 1
      }
      return send(body)
    }
    return request
  }
}

/** A line to a service that is cut, again and again, after so many bytes. */
export interface BadLine {
  url: string
  cuts(): number
  close(): Promise<void>
}

export async function startBadLine(target: string, bytesUntilCut: () => number): Promise<BadLine> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let cuts = 0
  const server: Server = createServer((near) => {
    const far = connect(Number(port), hostname)
    let left = bytesUntilCut()
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (chunk) => {
      left -= chunk.length
      if (left >= 0) {
        if (!far.write(chunk)) near.pause()
        return
      }
      cuts += 1
      // What is on its way arrives, and then nobody is there.
      far.end(chunk.subarray(0, chunk.length + left))
      near.destroy()
    })
    far.on('drain', () => near.resume())
    far.pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
