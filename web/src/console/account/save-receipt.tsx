import { Download } from 'lucide-react'
import { t } from '../../languages/translate.ts'
import { Button } from '../../ui/button.tsx'

/** A receipt as a file, in the form that others verify. */
export function SaveReceipt({ id, jws }: { id: string; jws: string }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([`${jws}\n`], { type: 'application/jose' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `receipt-${id}.jws`
    link.click()
    // The browser has taken it by the next task.
    setTimeout(() => URL.revokeObjectURL(url))
  }
  return (
    <Button onClick={save}>
      <Download aria-hidden className="size-4" /> {t('Save the receipt')}
    </Button>
  )
}
