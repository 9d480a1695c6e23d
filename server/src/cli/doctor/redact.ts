/** A URL for people: without its password, and without the values of a query, which may be secrets. */
export function redact(url: string): string {
  return url.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1:***@').replace(/([?&][^=&]+)=[^&]*/g, '$1=***')
}
