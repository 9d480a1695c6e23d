import type { Snippet } from '../code.tsx'

/**
 * How a receiver judges a message, by Standard Webhooks 1.0. The one for curl makes a message as we do: to try a receiver.
 */
export const verifySnippets: readonly Snippet[] = [
  {
    name: 'Node',
    code: `// npm install @rendition/client   (or: standardwebhooks)
import { createServer } from 'node:http'
import { env } from 'node:process'
import { buffer } from 'node:stream/consumers'
import { verifyWebhook } from '@rendition/client'

createServer(async (request, response) => {
  const body = await buffer(request) // as it arrived: do not parse it first
  try {
    const event = await verifyWebhook({
      headers: request.headers,
      body,
      secret: env.WEBHOOK_SECRET,
    })
    console.log(event.type, event.data.id)
    response.writeHead(204).end()
  } catch {
    response.writeHead(400).end() // not from us, or too old
  }
}).listen(3000)`,
  },
  {
    name: 'Python',
    code: `# pip install standardwebhooks flask
import os
from flask import Flask, request
from standardwebhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
webhook = Webhook(os.environ["WEBHOOK_SECRET"])

@app.post("/hooks/rendition")
def hook():
    try:
        event = webhook.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 400  # not from us, or too old
    print(event["type"], event["data"].get("id"))
    return "", 204`,
  },
  {
    name: 'curl',
    code: `# Sends your receiver a message signed as ours are. WEBHOOK_SECRET is whsec_…
id="msg_$(date +%s)"; time="$(date +%s)"
body='{"type":"webhook.test","timestamp":"2026-01-31T12:00:00Z","data":{}}'
key="$(printf %s "\${WEBHOOK_SECRET#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \\n')"
signature="$(printf '%s.%s.%s' "$id" "$time" "$body" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)"
curl -i https://example.org/hooks/rendition -d "$body" \\
  -H 'content-type: application/json' -H "webhook-id: $id" \\
  -H "webhook-timestamp: $time" -H "webhook-signature: v1,$signature"`,
  },
]
