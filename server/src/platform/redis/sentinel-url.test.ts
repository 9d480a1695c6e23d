import { describe, expect, it } from 'vitest'
import { sentinelFault, sentinelOptions } from './sentinel-url.ts'

describe('a URL of Sentinels', () => {
  it('names several, with the usual port where none is given, and the primary they watch', () => {
    expect(sentinelOptions('redis+sentinel://one:26379,two, [::1]:26380/pictures')).toMatchObject({
      sentinels: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 26379 },
        { host: '::1', port: 26380 },
      ],
      name: 'pictures',
    })
  })

  it('carries logins of the servers and of the Sentinels, and a database', () => {
    const url = 'redis+sentinel://ann:s%40%2F:t@one/main/3?sentinelUsername=eve&sentinelPassword=p%26q'
    expect(sentinelOptions(url)).toMatchObject({
      username: 'ann',
      password: 's@/:t',
      db: 3,
      sentinelUsername: 'eve',
      sentinelPassword: 'p&q',
    })
    expect(sentinelOptions('redis+sentinel://:a+b=@one/main?sentinelPassword=c+d==')).toMatchObject({
      password: 'a+b=',
      sentinelPassword: 'c+d==',
    })
    expect(sentinelOptions('redis+sentinel://:secret@one/main')).not.toHaveProperty('username')
  })

  it.each([
    ['redis+sentinel://one:26379', /lacks the name of the primary/],
    ['redis+sentinel://one:26379/', /lacks the name of the primary/],
    ['redis+sentinel:///main', /no address of a Sentinel, host or host:port, at place 1/],
    ['redis+sentinel://one,,two/main', /place 2/],
    ['redis+sentinel://one,two:port/main', /place 2/],
    ['redis+sentinel://one:70000/main', /place 1/],
    ['redis+sentinel://one/main/zero', /something other than the number of a database/],
    ['redis+sentinel://one/main/0/1', /something other than the number of a database/],
    [
      'redis+sentinel://one/main?password=s3cret',
      /a parameter other than sentinelUsername and sentinelPassword/,
    ],
    ['redis+sentinel://one/main?sentinelPassword=p&s3cret', /%26/],
    ['redis+sentinel://one/main?sentinelPassword=s3cret%', /%25/],
    ['redis+sentinel:one/main', /not of the form redis\+sentinel:\/\/host/],
    ['redis+sentinel://:s3cret@s3cret@one/main', /not of the form[\s\S]*%40/],
    ['redis+sentinel://:s3cret%@one/main', /%25/],
    ['rediss+sentinel://one/main', /TLS by way of Sentinels is not offered/],
  ])('says what is wrong with %s, and nothing secret', (url, message) => {
    expect(sentinelFault(url)).toMatch(message)
    expect(sentinelFault(url)).not.toContain('s3cret')
  })

  it('is not every URL', () => {
    for (const url of ['redis://one', 'rediss://one', 'memory:', 'amqp://one']) {
      expect(sentinelFault(url)).toBeUndefined()
    }
  })
})
