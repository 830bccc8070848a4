import type { FactsView } from '@portaria/core/status'

/** The facts of a visit as plugin-rules names them; null or absent: the text does not tell. */
type Understood = {
  readonly intentType?: string | null
  readonly visitorName?: string | null
  readonly residentName?: string | null
  readonly unit?: string | null
  readonly block?: string | null
}

const names = {
  intent_type: 'intentType',
  interlocutor_name: 'visitorName',
  apartment_number: 'unit',
  block: 'block',
  resident_name: 'residentName',
} as const satisfies Record<keyof FactsView, keyof Understood>

/** The same facts under the API's names, absent ones left out. */
export function visitFacts(understood: Understood): FactsView {
  const told = Object.entries(names).flatMap(([name, key]) => {
    const value = understood[key]
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
  })
  return Object.fromEntries(told)
}
