/** The first box of a C2PA manifest store: its kind, and the first bytes of the store's UUID (C2PA 2.1, 11.1.4). */
const mark = Buffer.from('jumdc2pa', 'latin1')

/** Whether a file carries Content Credentials, whatever wraps them in its format. Nothing is verified. */
export const hasContentCredentials = (file: Uint8Array): boolean =>
  Buffer.from(file.buffer, file.byteOffset, file.byteLength).indexOf(mark) !== -1
