import { parseS3Url } from './s3-url.ts'
import { storageFolder } from './storage-folder.ts'

interface Advice {
  kind: 'login' | 'rights' | 'away'
  advice: string
}

const rights = 's3:PutObject, s3:GetObject, s3:DeleteObject on the objects and s3:ListBucket on the bucket'

/** What to do about what a storage said. `url` is STORAGE_URL; of it only what is no secret is repeated. */
export function adviceFor(error: unknown, url: string): Advice {
  const code = codeOf(error)
  return url.startsWith('s3:') ? ofBucket(code, url) : ofFolder(code, url)
}

/** S3's codes are names of errors, those of the system and of the network are codes; some stores say only a status. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined) return code
  const [network] = /\bE[A-Z]{4,}\b/.exec(error.message) ?? []
  return network ?? error.name
}

function ofBucket(code: string, url: string): Advice {
  const { bucket, endpoint, region, credentials } = parseS3Url(url)
  const at = endpoint ?? `AWS in ${region}`
  switch (code) {
    case 'InvalidAccessKeyId':
      return login(
        `${at} knows no such access key. STORAGE_URL is s3://KEY:SECRET@${bucket}?…: is the key of this store?`,
      )
    case 'SignatureDoesNotMatch':
      return login(
        `The key is known, the secret is another. In STORAGE_URL (s3://KEY:SECRET@${bucket}) write / + = of a secret as %2F %2B %3D.`,
      )
    case 'NoSuchBucket':
      return login(
        `Make the bucket, or name the right one: aws s3 mb s3://${bucket}${endpoint === undefined ? '' : ` --endpoint-url ${endpoint}`}`,
      )
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
    case 'PermanentRedirect':
      return login(
        `The bucket ${bucket} is not in ${region}: set region= in STORAGE_URL to where it is${endpoint === undefined ? '' : `, and endpoint= to match (now ${endpoint})`}.`,
      )
    case 'RequestTimeTooSkewed':
      return login('The clocks of this machine and of the store differ: set this one by NTP.')
    case 'CredentialsProviderError':
      return login(
        'No login was found: write s3://KEY:SECRET@bucket, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      )
    case 'AccessDenied':
    case 'AllAccessDisabled':
      return { kind: 'rights', advice: `The login${keyOf(credentials)} needs ${rights} of ${bucket}.` }
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'TimeoutError':
    case 'AbortError':
      return {
        kind: 'away',
        advice: `Nobody answers as ${at}. Is the store up, and endpoint= in STORAGE_URL its address and port, as seen from here?`,
      }
    default:
      return {
        kind: 'away',
        advice: `Is ${at} an S3 (http or https as it speaks), ${bucket} its bucket, and has the login ${rights}?`,
      }
  }
}

const login = (advice: string): Advice => ({ kind: 'login', advice })
const keyOf = (credentials: { accessKeyId: string } | undefined): string =>
  credentials === undefined ? '' : ` ${credentials.accessKeyId}`

function ofFolder(code: string, url: string): Advice {
  const folder = storageFolder({ url, folder: '' })
  const where = folder === '' ? 'The data folder (DATA_DIR)' : `The folder ${folder} of STORAGE_URL`
  const user = process.getuid?.()
  const advice = `${where} must be writable by this user${user === undefined ? '' : ` (uid ${user})`}, and not mounted read-only.`
  return { kind: ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'rights' : 'away', advice }
}
