import { describe, expect, it } from 'vitest'
import { readOtherNames } from './other-names.ts'

const taken = (environment: Record<string, string>) => {
  const { environment: merged, names } = readOtherNames(environment)
  const set = Object.fromEntries(
    Object.entries(merged).filter(([name]) => environment[name] !== merged[name]),
  )
  return { set, names: Object.fromEntries(names.map(({ variable, sets }) => [variable, sets])) }
}

describe('the variables of other image services', () => {
  it('set the part that they exactly mean', () => {
    const backend = {
      AWS_IAM_ACCESS_KEY: 'AKIA/1',
      AWS_IAM_SECRET_KEY: 'se+cret/=',
      AWS_BUCKET_NAME: 'pictures',
      AWS_REGION: 'ap-south-1',
      REDIS_HOST: 'redis',
      RABBITMQ_HOST: 'rabbitmq',
      RABBITMQ_PORT: '5673',
    }
    expect(taken(backend).set).toEqual({
      STORAGE_URL: 's3://AKIA%2F1:se%2Bcret%2F%3D@pictures?region=ap-south-1',
      CACHE_URL: 'redis://redis:6379',
      QUEUE_URL: 'amqp://rabbitmq:5673',
    })
    expect(taken({ REDIS_URL: 'rediss://x', AWS_S3_BUCKET_NAME: 'b' }).set).toEqual({
      CACHE_URL: 'rediss://x',
      STORAGE_URL: 's3://b',
    })
    expect(taken({ REDIS_HOST: 'r', REDIS_PORT: '7000', REDIS_PASSWORD: 'a b' }).set).toEqual({
      CACHE_URL: 'redis://:a%20b@r:7000',
    })
  })

  it('are not misled by what Kubernetes sets beside a Service of that name', () => {
    const pod = {
      REDIS_HOST: 'redis',
      REDIS_PORT: 'tcp://10.0.0.1:6379',
      RABBITMQ_HOST: 'mq',
      RABBITMQ_PORT: 'tcp://10.0.0.2:5672',
    }
    expect(taken(pod).set).toEqual({ CACHE_URL: 'redis://redis:6379', QUEUE_URL: 'amqp://mq:5672' })
  })

  it('give way to ours, and say so', () => {
    expect(taken({ REDIS_HOST: 'redis', CACHE_URL: 'memory:' })).toEqual({
      set: {},
      names: { REDIS_HOST: null },
    })
    expect(taken({ RABBITMQ_HOST: 'r', QUEUE_URL_FILE: '/q' })).toEqual({
      set: {},
      names: { RABBITMQ_HOST: null },
    })
    expect(taken({ REDIS_URL: 'redis://a', REDIS_HOST: 'b' })).toEqual({
      set: { CACHE_URL: 'redis://a' },
      names: { REDIS_URL: 'CACHE_URL', REDIS_HOST: null },
    })
  })

  it.each(['JWT_SECRET', 'JWT_REFRESH_SECRET', 'MONGO_URI', 'AWS_S3_SECRET_KEY', 'RABBITMQ_PORT'])(
    '%s alone sets nothing and is named, without its value',
    (variable) => {
      const { environment, names } = readOtherNames({ [variable]: 'hush-hush' })
      expect(environment).toEqual({ [variable]: 'hush-hush' })
      expect(names).toMatchObject([
        { variable, sets: null, message: expect.stringMatching(/not read|says nothing/) },
      ])
      expect(JSON.stringify(names)).not.toContain('hush')
    },
  )

  it('of before are taken for what they meant, or said what there is instead', () => {
    const former = {
      REGISTRATIONS_PER_ADDRESS: '100',
      LOGINS_PER_ADDRESS: '0',
      REFRESHES_PER_ADDRESS: '9',
      LIMIT_REFRESHES: '5/1m',
    }
    expect(taken(former)).toEqual({
      set: { LIMIT_REGISTRATIONS: '100/1h', LIMIT_LOGINS: '0/15m' },
      names: {
        REGISTRATIONS_PER_ADDRESS: 'LIMIT_REGISTRATIONS',
        LOGINS_PER_ADDRESS: 'LIMIT_LOGINS',
        REFRESHES_PER_ADDRESS: null,
      },
    })
    expect(readOtherNames({ RATE_LIMIT_PER_MINUTE: '600' }).names).toEqual([
      {
        variable: 'RATE_LIMIT_PER_MINUTE',
        sets: null,
        message: expect.stringMatching(/^is not read: .*LIMIT_REQUESTS=…\/1m$/),
      },
    ])
  })

  it('are not looked for where they say nothing: AWS_REGION, empty ones', () => {
    expect(readOtherNames({ AWS_REGION: 'eu-central-1', REDIS_HOST: '' }).names).toEqual([])
  })
})
