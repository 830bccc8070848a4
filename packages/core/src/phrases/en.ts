import type { Phrases, Visit } from './phrases.ts'

export const en: Phrases = {
  greeting: (name) => (name === null ? 'Hello, this is the front desk.' : `${name}, front desk.`),
  askByVoice: 'How can I help you?',
  askByKeypad: 'Please dial the apartment number and then the pound key.',
  keypadOnly:
    'I cannot hear you on this line. Dial the apartment number and then the pound key. To talk to a person, dial zero.',
  troubleKeypad: 'Sorry, something went wrong. Dial the apartment number and then the pound key.',
  stillThere: 'Are you still there?',
  nobodyThere: 'I heard nobody. If you need anything, please call again. Goodbye.',
  filler: 'Just a second.',
  wait: 'One moment, please.',
  calling: (unit) =>
    unit === null ? 'I will call now. Please hold.' : `I will call apartment ${unit}. Please hold.`,
  stillCalling: 'Please hold a moment longer.',
  unknownUnit: 'I did not find that destination. What is the apartment number?',
  unknownUnitKeypad:
    'I did not find that number. Dial the apartment number and then the pound key.',
  whichBlock: 'Which block is it?',
  whichBlockKeypad: (blocks) =>
    blocks.some((block) => /\d/.test(block))
      ? 'Dial the number of the block and then the pound key.'
      : `${blocks.map((block, place) => `For block ${block}, dial ${place + 1}`).join('. ')}. And then the pound key.`,
  whichUnit: 'What is the apartment number?',
  whichUnitKeypad: 'Dial the apartment number and then the pound key.',
  notFound: 'I could not find the destination.',
  keypadHelpWaiting: 'I am waiting for the authorization. To talk to a person, dial zero.',
  handOver: 'I will put you through to a person. Please hold.',
  authorized: 'Entry authorized. You may come in.',
  denied: 'Entry was not authorized.',
  noAuthorization: 'I could not get an authorization at this moment.',
  goodbye: 'Thank you, goodbye.',
  apology: 'I am sorry, I had a problem. I will put you through to a person.',
  restarting: 'I am sorry, I have to end this call. Please call again in a moment.',
  residentHello: (name) =>
    name === null ? 'Hello, this is the front desk.' : `Hello, front desk of ${name}.`,
  atTheDoor: (visit) => `${visitor(visit)} is at the entrance${purpose(visit)}.`,
  whoIsIt: (visit) =>
    visit.visitorName === null && visit.intentType === null
      ? 'The visitor gave neither a name nor a reason.'
      : `${visit.visitorName === null ? 'The visitor gave no name' : `The visitor's name is ${visit.visitorName}`}${visit.intentType === null ? '' : `, here${purpose(visit)}`}.`,
  question: 'Do you authorize the entry? Say yes or no. Or dial 1 to authorize, 2 to deny.',
  questionKeypad: 'Do you authorize the entry? Dial 1 to authorize, or 2 to deny.',
  questionAgain: 'I did not understand. Do you authorize the entry, yes or no?',
  questionAgainKeypad: 'Dial 1 to authorize, or 2 to deny.',
  residentAuthorized: 'All right, entry authorized.',
  residentDenied: 'All right, entry denied.',
  residentUnclear: 'I did not understand the answer. Entry was not authorized.',
  visitorLeft: 'The visitor has already hung up.',
  tooLate: 'The call has already ended.',
  residentGoodbye: 'Thank you, goodbye.',
}

function visitor(visit: Visit): string {
  if (visit.visitorName !== null) return visit.visitorName
  return visit.intentType === 'entrega' ? 'A courier' : 'A visitor'
}

function purpose(visit: Visit): string {
  const forWhom = visit.residentName === null ? '' : ` for ${visit.residentName}`
  switch (visit.intentType) {
    case 'entrega':
      return ` with a delivery${forWhom}`
    case 'visita':
      return visit.residentName === null ? ' for a visit' : ` to visit ${visit.residentName}`
    case 'servico':
      return ` to do some work${forWhom}`
    case null:
    default:
      return forWhom
  }
}
