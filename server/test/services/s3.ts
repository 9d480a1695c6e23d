import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import {
  answers,
  type Daemon,
  endDaemon,
  freePort,
  missing,
  type Service,
  startDaemon,
  untilReady,
} from './service.ts'

const run = promisify(execFile)

export const s3Missing = missing('ceph', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin')
/** A key that encryption on the server's side may name. */
export const s3KmsKey = 'test-kms-key'
/** A bucket may also be the first label of a host of this name. */
export const s3Domain = 's3.test'
export const s3Credentials = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key' }

/** A client of such a server, with every right; `destroy` it. */
export const s3Client = (url: string): S3Client =>
  new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true, credentials: s3Credentials })

/** `STORAGE_URL` of such a server; a prefix may follow the bucket. */
export const s3StorageUrl = (url: string, bucket: string): string =>
  `s3://${s3Credentials.accessKeyId}:${s3Credentials.secretAccessKey}@${bucket}?endpoint=${encodeURIComponent(url)}&region=us-east-1`

export async function createBucket(url: string, name: string): Promise<void> {
  const client = s3Client(url)
  await client.send(new CreateBucketCommand({ Bucket: name }))
  client.destroy()
}

/** A cluster of one monitor and one store behind Ceph's radosgw: a production S3. `pid` is the gateway's. */
export async function startS3(folder: string): Promise<Service> {
  const port = await freePort()
  const conf = join(folder, 'ceph.conf')
  const host = `127.1.${port >> 8}.${port & 255}`
  const daemons: Record<'mon' | 'osd' | 'rgw', Daemon | undefined> = {
    mon: undefined,
    osd: undefined,
    rgw: undefined,
  }
  const log = (name: string) => join(folder, 'log', `${name}.out`)
  const start = (name: keyof typeof daemons, program: string, args: string[]) => {
    const daemon = startDaemon({
      program,
      args: ['-c', conf, ...args],
      cwd: folder,
      log: log(name),
      signal: 'KILL',
    })
    daemons[name] = daemon
    return daemon
  }
  const ceph = (...args: string[]) => run('ceph', ['-c', conf, '--connect-timeout', '30', ...args])
  const osdId = randomUUID()

  async function create(): Promise<void> {
    for (const name of ['mon', 'osd', 'run', 'log']) await mkdir(join(folder, name))
    const cluster = randomUUID()
    await writeFile(conf, configuration(folder, host, cluster))
    const keyring = join(folder, 'keyring')
    const key = (...args: string[]) => run('ceph-authtool', [keyring, '--gen-key', ...args])
    await key('--create-keyring', '-n', 'mon.', '--cap', 'mon', 'allow *')
    await key('-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *')
    await key('-n', 'osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *')
    const map = join(folder, 'monmap')
    const addresses = `[v2:${host}:3300,v1:${host}:6789]`
    await run('monmaptool', [
      '-c',
      conf,
      '--create',
      '--clobber',
      '--fsid',
      cluster,
      '--addv',
      'a',
      addresses,
      map,
    ])
    await Promise.all([
      run('ceph-osd', ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', osdId, '--no-mon-config']),
      run('ceph-mon', ['-c', conf, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring]),
    ])
    start('mon', 'ceph-mon', ['-i', 'a', '-f'])
    await ceph('osd', 'new', osdId)
    await startStore()
    const user = ['user', 'create', '--uid=test', '--display-name=test']
    const keys = [
      `--access-key=${s3Credentials.accessKeyId}`,
      `--secret-key=${s3Credentials.secretAccessKey}`,
    ]
    await run('radosgw-admin', ['-c', conf, ...user, ...keys])
  }

  async function startStore(): Promise<void> {
    const osd = start('osd', 'ceph-osd', ['-i', '0', '-f'])
    await untilReady(osd, log('osd'), async () => (await ceph('osd', 'stat')).stdout.includes(' 1 up'))
  }

  async function startGateway(): Promise<void> {
    // Without tcp_nodelay every answer with a body is held back 40 ms.
    const frontend = `beast endpoint=127.0.0.1:${port} tcp_nodelay=1`
    const gateway = start('rgw', 'radosgw', ['-n', 'client.admin', '-f', '--rgw-frontends', frontend])
    await untilReady(gateway, log('rgw'), () => answers(port, 'GET / HTTP/1.0\r\n\r\n', 'HTTP/1.1 200'))
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    await endDaemon(daemons.rgw, signal)
    await endDaemon(daemons.osd, signal)
    await endDaemon(daemons.mon, signal)
  }

  await create()
  await startGateway()
  return {
    url: `http://127.0.0.1:${port}`,
    pid: () => daemons.rgw?.pid ?? -1,
    async start() {
      start('mon', 'ceph-mon', ['-i', 'a', '-f'])
      // After a crash the monitor still believes in the store of before.
      await ceph('osd', 'down', '0')
      await startStore()
      await startGateway()
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

const configuration = (folder: string, host: string, cluster: string): string => `[global]
fsid = ${cluster}
mon host = [v2:${host}:3300/0,v1:${host}:6789/0]
public addr = ${host}
cluster addr = ${host}
keyring = ${folder}/keyring
mon data = ${folder}/mon
osd data = ${folder}/osd
run dir = ${folder}/run
crash dir = ${folder}/run
admin socket =
log file = ${folder}/log/$name.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
paxos propose interval = 0.05
paxos min wait = 0.02
bluestore block size = 21474836480
bluestore fsck on mkfs = false
bluestore fsck on mount = false
rgw data = ${folder}/run
rgw dns name = ${s3Domain}
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = ${s3KmsKey}=${randomBytes(32).toString('base64')}
osd memory target = 1073741824
`
