/**
 * What a language's phrases mean as an answer to "do you authorise the entry?". Written without accents,
 * in the notation of phrase-pattern.ts. The longest phrase wins; of equal ones the kind listed first.
 */
export const phraseKinds = [
  /** An answering machine or the network speaks. */
  'machine',
  /** Maybe, wait, what did you say, on condition: never a yes. */
  'doubt',
  /** An explicit no. */
  'refusal',
  /** "I don't know him": a no, unless who it is is asked in the same breath. */
  'stranger',
  /** Negated harm ("não tem problema"): no refusal, no yes on its own. */
  'harmless',
  /** A negation; of what, its neighbours say. */
  'negation',
  /** Who is it, what is it about? */
  'ask',
  /** An explicit yes that names the act: "pode subir", "autorizo". */
  'permission',
  /** A bare verb of permission: "pode". Beside a greeting it may be "pode falar", cut short. */
  'nod',
  /** Agreement: "sim", "claro". Beside a greeting it only picks up the phone. */
  'assent',
  'greeting',
  /** Links what follows; an answer that ends in one is not over. */
  'link',
  /** Changes nothing. */
  'filler',
] as const

export type PhraseKind = (typeof phraseKinds)[number]

/** How a language names people, beside the names themselves. */
export type PersonWords = {
  /** Whole persons and things: "ele", "o rapaz". */
  readonly people: readonly string[]
  /** Stand before a name: "o Carlos", "dona Maria". */
  readonly titles: readonly string[]
  /** Stand before a person: "para ele". */
  readonly prepositions: readonly string[]
  /** Between a person and where they are from: "o rapaz do gás". */
  readonly origins: readonly string[]
  /** Never taken for a name, though no phrase has them. */
  readonly neverNames: readonly string[]
}

export type AnswerWords = PersonWords & { readonly [K in PhraseKind]: readonly string[] } & {
  /** Words whose accent makes another word of them; all others lose theirs. */
  readonly accented: readonly string[]
  /** Begin a question about the visitor: "é o Carlos?" */
  readonly copulas: readonly string[]
}
