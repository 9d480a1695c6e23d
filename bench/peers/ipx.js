/** ipx over one file, as a process of its own: `node bench/peers/ipx.js <file>`. Prints its URL. */
import { createServer } from 'node:http'
import { basename, dirname } from 'node:path'
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx'

const [file = ''] = process.argv.slice(2)
const handle = createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: dirname(file) }) }))
const server = createServer((request, response) => {
  const query = new URL(request.url ?? '/', 'http://x').searchParams
  request.url = `/w_${query.get('w')},f_${query.get('f')},q_${query.get('q') ?? 80}/${basename(file)}`
  handle(request, response)
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
