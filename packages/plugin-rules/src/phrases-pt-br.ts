import type { DialoguePhrases } from './dialogue-phrases.ts'

export const phrasesPtBr: DialoguePhrases = {
  askUnit: 'Para qual apartamento?',
  askUnitAgain: 'Não entendi. Diga só o número do apartamento, por favor.',
  askUnitEitherWay:
    'Ainda não entendi. Diga o número do apartamento, ou digite no teclado e depois jogo da velha.',
  askUnitKeypad: 'Digite o número do apartamento e depois jogo da velha.',
  askBlockAgain: 'Não entendi. Qual é o bloco?',
  askName: 'Qual é o seu nome?',
  askReason: 'É entrega, visita ou serviço?',
  askNameAndReason: 'Qual é o seu nome, e qual é o motivo: entrega, visita ou serviço?',
  help: 'Diga o número do apartamento, ou digite no teclado e depois jogo da velha. Para falar com um atendente, digite zero.',
  helpKeypad:
    'Digite o número do apartamento e depois jogo da velha. Para falar com um atendente, digite zero.',
}
