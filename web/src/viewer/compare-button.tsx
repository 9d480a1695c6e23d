import type { Image, Version } from '@rendition/contract'
import { Columns2 } from 'lucide-react'
import { useState } from 'react'
import { t } from '../languages/translate.ts'
import { Button } from '../ui/button.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'

const compare = partOf(() => import('./compare/compare.tsx'))

/** Opens two versions or formats of the picture side by side. */
export function CompareButton({ image, versions }: { image: Image; versions: readonly Version[] }) {
  const [open, setOpen] = useState(false)
  const { part, failed } = usePart(compare, open)
  const close = () => setOpen(false)
  return (
    <>
      <Button onClick={() => setOpen(true)} className="justify-self-start">
        <Columns2 aria-hidden className="size-4" /> {t('Compare')}
      </Button>
      {failed && <PartFault onClose={close} />}
      {open && part !== undefined && <part.Compare image={image} versions={versions} onClose={close} />}
    </>
  )
}
