const codes: ReadonlySet<unknown> = new Set(['EDQUOT', 'EIO', 'ENOSPC', 'EROFS'])

/**
 * Whether this is, or was caused by, a disk that is full, read-only or broken. That may happen to a good configuration
 * on any night: no door stays shut for it, where a folder that was named wrongly is an error.
 */
export function isDiskFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return codes.has(Reflect.get(error, 'code')) || isDiskFailure(error.cause)
}
