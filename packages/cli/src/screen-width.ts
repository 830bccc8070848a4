/** Columns of the terminal; what is read by a program is as wide as the usual one. */
export function screenWidth(): number {
  return process.stdout.columns || 80
}
