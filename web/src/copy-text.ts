/** Copies, also from pages that are neither on https nor on localhost, where the clipboard API does not exist. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
  }
  document.addEventListener('copy', put)
  try {
    if (!document.execCommand('copy')) throw new Error('The browser did not copy.')
  } finally {
    // Or the next copy of anything would be this.
    document.removeEventListener('copy', put)
  }
}
