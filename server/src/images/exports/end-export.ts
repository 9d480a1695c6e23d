import type { Transaction } from '../../platform/database/port.ts'
import { settleExport } from '../store/exports.ts'
import type { ExportDeps } from './deps.ts'
import { tellOfExport } from './export-view.ts'

/** Says how an export ended, keeps it for its time from then on, and tells of it. Behind the lock of its job. */
export async function settled(
  deps: Pick<ExportDeps, 'book' | 'exporting'>,
  tx: Transaction,
  exportId: string,
  end: { status: 'ready' } | { status: 'failed'; code: string; message: string },
): Promise<void> {
  const record = await settleExport(tx, exportId, { ...end, hours: deps.exporting.exportHours })
  if (record !== null) await tellOfExport(deps, tx, record, `export.${end.status}`)
}

/** It is prepared again: its job is tried once more. */
export async function revived(tx: Transaction, exportId: string): Promise<void> {
  await settleExport(tx, exportId, { status: 'preparing', hours: null })
}
