import type { Share } from '@rendition/contract'
import { formatTime } from '../format.ts'
import { t } from '../languages/translate.ts'

export const isOver = ({ expiresAt }: Share): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.now()

/** When it ends or did. */
export function endText(share: Share): string {
  if (share.expiresAt === null) return t('Until it is revoked')
  const time = formatTime(share.expiresAt)
  return isOver(share) ? t('Ended {time}', { time }) : t('Until {time}', { time })
}
