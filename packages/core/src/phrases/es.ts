import type { Phrases, Visit } from './phrases.ts'

export const es: Phrases = {
  greeting: (name) => (name === null ? 'Hola, aquí la portería.' : `${name}, portería.`),
  askByVoice: '¿En qué puedo ayudarle?',
  askByKeypad: 'Marque el número del departamento y después la tecla numeral.',
  keypadOnly:
    'Por aquí no puedo oírle. Marque el número del departamento y después la tecla numeral. Para hablar con una persona, marque cero.',
  troubleKeypad:
    'Disculpe, tuve un problema. Marque el número del departamento y después la tecla numeral.',
  stillThere: '¿Sigue usted ahí?',
  nobodyThere: 'No escuché a nadie. Si necesita algo, llame de nuevo. Hasta luego.',
  filler: 'Un instante.',
  wait: 'Un momento, por favor.',
  calling: (unit) =>
    unit === null ? 'Voy a llamar. Espere.' : `Voy a llamar al departamento ${unit}. Espere.`,
  stillCalling: 'Espere un momento más, por favor.',
  unknownUnit: 'No encontré ese destino. ¿Cuál es el número del departamento?',
  unknownUnitKeypad:
    'No encontré ese número. Marque el número del departamento y después la tecla numeral.',
  whichBlock: '¿Cuál es el bloque?',
  whichBlockKeypad: (blocks) =>
    blocks.some((block) => /\d/.test(block))
      ? 'Marque el número del bloque y después la tecla numeral.'
      : `${blocks.map((block, place) => `Para el bloque ${block}, marque ${place + 1}`).join('. ')}. Y después la tecla numeral.`,
  whichUnit: '¿Cuál es el número del departamento?',
  whichUnitKeypad: 'Marque el número del departamento y después la tecla numeral.',
  notFound: 'No pude encontrar el destino.',
  keypadHelpWaiting: 'Estoy esperando la autorización. Para hablar con una persona, marque cero.',
  handOver: 'Le paso con una persona. Espere.',
  authorized: 'Entrada autorizada. Puede entrar.',
  denied: 'La entrada no fue autorizada.',
  noAuthorization: 'No pude obtener la autorización en este momento.',
  goodbye: 'Gracias, hasta luego.',
  apology: 'Disculpe, tuve un problema. Le paso con una persona.',
  restarting: 'Disculpe, tengo que terminar esta llamada. Por favor, llame de nuevo en un momento.',
  residentHello: (name) =>
    name === null ? 'Hola, aquí la portería.' : `Hola, portería de ${name}.`,
  atTheDoor: (visit) => `${visitor(visit)} está en la entrada${purpose(visit)}.`,
  whoIsIt: (visit) =>
    visit.visitorName === null && visit.intentType === null
      ? 'El visitante no dijo su nombre ni el motivo.'
      : `${visit.visitorName === null ? 'El visitante no dijo su nombre' : `El visitante dijo que se llama ${visit.visitorName}`}${visit.intentType === null ? '' : ` y vino${purpose(visit)}`}.`,
  question: '¿Autoriza la entrada? Diga sí o no. O marque 1 para autorizar, 2 para negar.',
  questionKeypad: '¿Autoriza la entrada? Marque 1 para autorizar, o 2 para negar.',
  questionAgain: 'No entendí. ¿Autoriza la entrada, sí o no?',
  questionAgainKeypad: 'Marque 1 para autorizar, o 2 para negar.',
  residentAuthorized: 'De acuerdo, entrada autorizada.',
  residentDenied: 'De acuerdo, entrada negada.',
  residentUnclear: 'No entendí la respuesta. La entrada no fue autorizada.',
  visitorLeft: 'El visitante ya colgó.',
  tooLate: 'La llamada ya terminó.',
  residentGoodbye: 'Gracias, hasta luego.',
}

function visitor(visit: Visit): string {
  if (visit.visitorName !== null) return visit.visitorName
  return visit.intentType === 'entrega' ? 'Un repartidor' : 'Un visitante'
}

function purpose(visit: Visit): string {
  const forWhom = visit.residentName === null ? '' : ` para ${visit.residentName}`
  switch (visit.intentType) {
    case 'entrega':
      return ` con una entrega${forWhom}`
    case 'visita':
      return visit.residentName === null
        ? ' para una visita'
        : ` para visitar a ${visit.residentName}`
    case 'servico':
      return ` para un servicio${forWhom}`
    case null:
    default:
      return forWhom
  }
}
