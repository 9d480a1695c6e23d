import type { Size } from '@rendition/contract'
import { RadioGroup } from 'radix-ui'
import { useId } from 'react'
import { formatBytes, formatFormat, formatPixels } from '../format.ts'

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
        Sizes
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
            className="group grid grid-cols-[1fr_auto_4.5rem] items-baseline gap-x-3 rounded-lg px-2.5 py-2 text-left
              text-sm transition-colors hover:bg-ink/5 data-[state=checked]:bg-accent-soft"
          >
            <span className="font-medium capitalize group-data-[state=checked]:text-accent">{name}</span>
            <span className="tabular text-muted group-data-[state=checked]:text-ink">
              {formatPixels(size.width, size.height)}
            </span>
            <span className="tabular text-right text-muted group-data-[state=checked]:text-ink">
              {formatBytes(size.size)}
            </span>
            <span className="col-span-3 text-muted text-xs">{formatFormat(size.format)}</span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </section>
  )
}
