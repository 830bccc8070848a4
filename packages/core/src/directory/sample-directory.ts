import type { DirectoryEntry } from './parse-entry.ts'

function unit(number: string, block: string | null, residents: readonly string[]): DirectoryEntry {
  return { number, block, residents, voipNumber: null, condominiumId: null }
}

/** Units to try Portaria with while there is no `apartamentos.json`. */
export const sampleDirectory: readonly DirectoryEntry[] = [
  unit('501', null, ['Daniel dos Reis']),
  unit('502', null, ['Helena Martins', 'Caio Martins']),
  unit('101', 'A', ['Beatriz Nogueira']),
  unit('101', 'B', ['Rogério Tavares']),
]
