/** Where one process of a service answers. */
export interface Endpoint {
  host: string
  port: number
}

/** The addresses of one service, kept up to date in the background. */
export interface Resolver {
  /**
   * The endpoints known now. The last good answer stays while the name service is away: stale addresses are better
   * than none, since the caller watches each one's health itself. Empty before the first answer.
   */
  endpoints(): readonly Endpoint[]
  close(): void
}
