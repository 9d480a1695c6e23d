import { describe, expect, it } from 'vitest'
import { presignGet } from './s3-presign.ts'

/** From "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" of the S3 API reference. */
const published = {
  url: 'https://examplebucket.s3.amazonaws.com/test.txt',
  region: 'us-east-1',
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  from: new Date('2013-05-24T00:00:00Z'),
  seconds: 86_400,
  parameters: {},
}

describe('a presigned GET', () => {
  it('is the one that AWS published', () => {
    expect(presignGet(published)).toBe(
      'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
        '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
        '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
        '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    )
  })

  it('carries the token of passing credentials, signed', () => {
    const credentials = { ...published.credentials, sessionToken: 'a/b+c==' }
    const [one, other] = [credentials, { ...credentials, sessionToken: 'x' }].map(
      (each) => new URL(presignGet({ ...published, credentials: each })).searchParams,
    )
    expect(one?.get('X-Amz-Security-Token')).toBe('a/b+c==')
    expect(one?.get('X-Amz-Signature')).not.toBe(other?.get('X-Amz-Signature'))
  })

  it('brings every character of a header through', () => {
    const said = `attachment; filename="a!'()*&=?#%.jpg"; filename*=UTF-8''%E2%82%AC`
    const url = presignGet({ ...published, parameters: { 'response-content-disposition': said } })
    expect(new URL(url).searchParams.get('response-content-disposition')).toBe(said)
    expect(url.split('?')[1]).toMatch(/^[\w.~%=&-]+$/)
    expect(url).not.toContain(published.credentials.secretAccessKey)
  })
})
