/**
 * The servers that delivery is measured against, one a process: `node --import tsx bench/delivery-peers.ts <kind> <file>`
 * raw, headers, fastify: the file's bytes from memory · bare: a sharp pipeline for each request
 */
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'

const [kind = 'raw', file = ''] = process.argv.slice(2)

async function listen(listener: RequestListener): Promise<void> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

if (kind === 'raw') {
  const bytes = await readFile(file)
  await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'image/webp', 'content-length': bytes.length })
    response.end(bytes)
  })
} else if (kind === 'headers') {
  const bytes = await readFile(file)
  await listen((_request, response) => {
    response.writeHead(200, {
      'content-type': 'image/webp',
      'content-length': bytes.length,
      etag: '"0123456789abcdef012345678"',
      'last-modified': 'Wed, 04 Mar 2026 05:06:07 GMT',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-disposition': 'inline; filename="photo.webp"',
    })
    response.end(bytes)
  })
} else if (kind === 'fastify') {
  const { default: Fastify } = await import('fastify')
  const bytes = await readFile(file)
  const app = Fastify()
  app.get('/images/:id', (_request, reply) => reply.type('image/webp').send(bytes))
  console.log(await app.listen({ host: '127.0.0.1', port: 0 }))
} else {
  sharp.cache(false)
  await listen((request, response) => {
    const query = new URL(request.url ?? '/', 'http://x').searchParams
    const asked = query.get('f')
    const format = asked === 'jpeg' || asked === 'avif' ? asked : 'webp'
    sharp(file)
      .autoOrient()
      .resize(Number(query.get('w')))
      .toFormat(format, { quality: Number(query.get('q') ?? 80) })
      .toBuffer()
      .then((bytes) => {
        response.writeHead(200, { 'content-type': `image/${format}`, 'content-length': bytes.length })
        response.end(bytes)
      })
      .catch(() => response.writeHead(500).end())
  })
}
