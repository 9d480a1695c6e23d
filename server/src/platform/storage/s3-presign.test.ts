import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { presign } from './s3-presign.ts'

const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const signingWith = (credentials: typeof keys & { sessionToken?: string }) =>
  new S3Client({ region: 'us-east-1', credentials }).config
const request = {
  url: 'https://pictures.example.org/outer/test.txt',
  from: new Date('2013-05-24T00:00:00Z'),
  seconds: 600,
  parameters: {},
}

describe('a presigned GET', () => {
  it('is for the address that clients reach, from then, for so long, and the same every time', async () => {
    const url = await presign(signingWith(keys), request)
    const { origin, pathname, searchParams } = new URL(url)
    expect([origin, pathname]).toEqual(['https://pictures.example.org', '/outer/test.txt'])
    expect(Object.fromEntries(searchParams)).toMatchObject({
      'X-Amz-Credential': `${keys.accessKeyId}/20130524/us-east-1/s3/aws4_request`,
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '600',
      'X-Amz-SignedHeaders': 'host',
    })
    expect(await presign(signingWith(keys), request)).toBe(url)
    const elsewhere = await presign(signingWith(keys), {
      ...request,
      url: request.url.replace('outer', 'other'),
    })
    expect(new URL(elsewhere).searchParams.get('X-Amz-Signature')).not.toBe(
      searchParams.get('X-Amz-Signature'),
    )
  })

  it('carries the token of passing credentials, signed', async () => {
    const [one, other] = await Promise.all(
      ['a/b+c==', 'x'].map(async (sessionToken) => {
        const url = await presign(signingWith({ ...keys, sessionToken }), request)
        return new URL(url).searchParams
      }),
    )
    expect(one?.get('X-Amz-Security-Token')).toBe('a/b+c==')
    expect(one?.get('X-Amz-Signature')).not.toBe(other?.get('X-Amz-Signature'))
  })

  it('brings every character of a header through', async () => {
    const said = `attachment; filename="a!'()*&=?#%.jpg"; filename*=UTF-8''%E2%82%AC`
    const url = await presign(signingWith(keys), {
      ...request,
      parameters: { 'response-content-disposition': said },
    })
    expect(new URL(url).searchParams.get('response-content-disposition')).toBe(said)
    expect(url.split('?')[1]).toMatch(/^[\w.~%=&-]+$/)
    expect(url).not.toContain(keys.secretAccessKey)
  })
})
