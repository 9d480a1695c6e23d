import type { Size } from '@rendition/contract'
import { RadioGroup } from 'radix-ui'
import { useId } from 'react'
import { formatBytes, formatFormat, formatPixels, formatSizeName } from '../format.ts'
import { t } from '../languages/translate.ts'

interface SizePickerProps {
  sizes: readonly [name: string, size: Size][]
  chosen: string
  onChoose: (name: string) => void
}

/** Every size there is, with what it is. */
export function SizePicker({ sizes, chosen, onChoose }: SizePickerProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-2 font-medium text-muted text-xs">
        {t('Sizes')}
      </h3>
      <RadioGroup.Root
        aria-labelledby={id}
        value={chosen}
        onValueChange={onChoose}
        className="-mx-2.5 grid gap-0.5"
      >
        {sizes.map(([name, size]) => (
          <RadioGroup.Item
            key={name}
            value={name}
            data-size={name}
            className="group tabular grid h-10 grid-cols-[1fr_auto_2.75rem_3.75rem] items-center gap-x-3 rounded-lg px-2.5
              text-start text-muted text-sm transition-colors hover:bg-ink/5 data-[state=checked]:bg-accent-soft
              data-[state=checked]:text-ink"
          >
            <span className="truncate font-medium text-ink capitalize group-data-[state=checked]:text-accent">
              {formatSizeName(name)}
            </span>
            <span>{formatPixels(size.width, size.height)}</span>
            <span className="text-xs">{formatFormat(size.format)}</span>
            <span className="text-end">{formatBytes(size.size)}</span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </section>
  )
}
