import { createServer } from 'node:http'

export interface Delivered {
  /** `webhook-id`: one event, however often it is sent. */
  id: string
  type: string
  imageId: string
}

export interface WebhookReceiver {
  url: string
  deliveries: Delivered[]
  close(): Promise<void>
}

/** Somebody's server that takes webhooks. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const deliveries: Delivered[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const event = JSON.parse(Buffer.concat(chunks).toString()) as {
        type: string
        data: { imageId?: string; id?: string }
      }
      const imageId = event.data.imageId ?? event.data.id ?? ''
      deliveries.push({ id: String(request.headers['webhook-id']), type: event.type, imageId })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hook`,
    deliveries,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
