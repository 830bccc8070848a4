import type { DialoguePhrases } from './dialogue-phrases.ts'

export const phrasesEs: DialoguePhrases = {
  askUnit: '¿Para qué departamento?',
  askUnitAgain: 'No entendí. Diga solo el número del departamento, por favor.',
  askUnitEitherWay:
    'Todavía no entiendo. Diga el número del departamento, o márquelo en el teclado y después numeral.',
  askUnitKeypad: 'Marque el número del departamento y después numeral.',
  askBlockAgain: 'No entendí. ¿Cuál es el bloque?',
  askName: '¿Cuál es su nombre?',
  askReason: '¿Es una entrega, una visita o un servicio?',
  askNameAndReason: '¿Cuál es su nombre, y es una entrega, una visita o un servicio?',
  help: 'Diga el número del departamento, o márquelo en el teclado y después numeral. Para hablar con una persona, marque cero.',
  helpKeypad:
    'Marque el número del departamento y después numeral. Para hablar con una persona, marque cero.',
}
