import { visitTokens } from './visit-tokens.ts'

const humans =
  /\b(?:atendente|operador|operadora|zelador|porteiro|ser humano|pessoa de verdade|receptionist|operator|doorman|janitor|human|real person|portero|operador|conserje|persona real)\b/u
const wishes =
  /\b(?:falar|chama|chame|chamar|passa|passe|quero|queria|preciso|transfere|transferir|talk|speak|call|want|need|get|transfer|hablar|llama|llame|llamar|pasa|pase|necesito|quiero|comuniqueme)\b/u

/** "Quero falar com o porteiro": a human is asked for, not a resident. */
export function asksForHuman(text: string): boolean {
  const plain = visitTokens(text)
    .map((token) => token.plain)
    .join(' ')
  return humans.test(plain) && wishes.test(plain)
}
