/** Where the storage of a URL keeps files on this machine: its objects, or drafts on their way to it. */
export function storageFolder({ url, folder }: { url: string; folder: string }): string {
  if (!url.startsWith('file:')) return folder
  const path = decodeURIComponent(url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''))
  return path === '' ? folder : path
}
