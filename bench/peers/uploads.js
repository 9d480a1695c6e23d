/**
 * Two ways of taking uploads that do nothing but write a file, in one process: busboy for forms at /form, and the tus library
 * with its own store of files at /files. `node bench/peers/uploads.js <folder>`. Prints its URL.
 */
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import busboy from 'busboy'

const [folder = '.'] = process.argv.slice(2)
const tus = new Server({
  path: '/files',
  relativeLocation: true,
  datastore: new FileStore({ directory: folder }),
})
let files = 0

function takeForm(request, response) {
  const parser = busboy({ headers: request.headers })
  const written = []
  parser.on('file', (_name, file) => {
    files += 1
    written.push(finished(file.pipe(createWriteStream(join(folder, `form-${files}`)))))
  })
  parser.on('close', () => Promise.all(written).then(() => response.writeHead(201).end('{}')))
  request.pipe(parser)
}

const server = createServer((request, response) =>
  request.url === '/form' ? takeForm(request, response) : tus.handle(request, response),
)
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
