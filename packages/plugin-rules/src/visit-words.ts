/** What a language says about a visit. All words lower case and without accents. */
export type LanguageWords = {
  readonly numbers: NumberWords
  readonly unit: UnitWords
  readonly names: NameWords
  readonly intents: Readonly<Record<Intent, readonly string[]>>
  /** Companies that deliver: an intent of their own, and never part of a name. */
  readonly companies: readonly string[]
  readonly negations: readonly string[]
  /** Those that alone take back what was said before: "501 não 502". */
  readonly takebacks: readonly string[]
  /** May come before what is said first: "oi, boa tarde". */
  readonly greetings: readonly string[]
}

export type Intent = 'entrega' | 'visita' | 'servico'

export type NumberWords = {
  /** 0 to 9, spoken one by one or as the end of a compound. */
  readonly digits: Readonly<Record<string, number>>
  /** 10 to 19, and 21 to 29 where they are one word. */
  readonly teens: Readonly<Record<string, number>>
  readonly tens: Readonly<Record<string, number>>
  readonly hundreds: Readonly<Record<string, number>>
  /** Multiply what stands before them: "two hundred", "dois mil". */
  readonly multipliers: Readonly<Record<string, number>>
  /** May join the parts of a compound: "quinhentos e um". */
  readonly joiners: readonly string[]
  /** Words that count only inside a number: "um" alone is an article. */
  readonly articles: readonly string[]
  /** Digits that count only beside others: "dois meia um", but "às dez e meia". */
  readonly halves: readonly string[]
  /** Say the next digit more than once: "double five". */
  readonly repeats: Readonly<Record<string, number>>
}

export type UnitWords = {
  /** Stand before a unit's number: "apartamento". */
  readonly keywords: readonly string[]
  /** May stand between those and the number: "número". */
  readonly between: readonly string[]
  /** Point to a number as a destination: "pro", "no". */
  readonly pointers: readonly string[]
  readonly blocks: readonly string[]
  /** How letters are called: "bê". */
  readonly letters: Readonly<Record<string, string>>
  /** Names of towers: "norte". */
  readonly towers: readonly string[]
  /** A number after one of these is something else: "às 10", "tenho 2". */
  readonly notBefore: readonly string[]
  /** A number near one of these identifies something else: "placa ABC 1234". */
  readonly labels: readonly string[]
  /** So is a number before one of these: "5 minutos". */
  readonly notAfter: readonly string[]
  /** Correct what was said before: "501, aliás 502". */
  readonly corrections: readonly string[]
  /** Between two numbers they leave it open which is meant: "501 ou 502". */
  readonly alternatives: readonly string[]
}

export type NameWords = {
  /** Introduce the visitor: "meu nome e". The first that stands before a name counts. */
  readonly visitor: readonly string[]
  /** Introduce the visitor where nothing but a greeting goes before: "é o". */
  readonly visitorFirst: readonly string[]
  /** Follow the visitor's name: "Sandra falando". */
  readonly afterVisitor: readonly string[]
  /** Introduce the resident: "falar com". */
  readonly resident: readonly string[]
  /** Follow the resident's name: "a Helena está me esperando". */
  readonly afterResident: readonly string[]
  /** Say what is so instead of what was denied: "não é o Carlos, é o Marcos". */
  readonly copulas: readonly string[]
  /** Dropped before a name: "o", "dona", "minha tia". */
  readonly titles: readonly string[]
  /** Inside names, written small: "dos". */
  readonly particles: readonly string[]
  /** Surnames that follow a particle, where it may also say where somebody is from. */
  readonly afterParticle: readonly string[]
  /** Link a person to a company or a unit: "Carlos da Amazon". */
  readonly origins: readonly string[]
  /** Never part of a name. */
  readonly others: readonly string[]
  /** Endings of lower-case words that are no names: gerunds. */
  readonly endings: readonly string[]
  /** Endings of infinitives, which follow "para" without an article. */
  readonly infinitives: readonly string[]
  /** Names that end like them or like gerunds: "Oscar", "Fernando". */
  readonly likeVerbs: readonly string[]
}
