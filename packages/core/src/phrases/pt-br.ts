import type { Phrases, Visit } from './phrases.ts'

export const ptBR: Phrases = {
  greeting: (name) => (name === null ? 'Olá, aqui é a portaria.' : `${name}, portaria.`),
  askByVoice: 'Em que posso ajudar?',
  askByKeypad: 'Digite o número do apartamento e depois jogo da velha.',
  keypadOnly:
    'Por aqui eu não consigo ouvir você. Digite o número do apartamento e depois jogo da velha. Para falar com um atendente, digite zero.',
  troubleKeypad:
    'Desculpe, tive um problema. Digite o número do apartamento e depois jogo da velha.',
  stillThere: 'Você ainda está aí?',
  nobodyThere: 'Não ouvi ninguém. Se precisar, chame de novo. Até logo.',
  filler: 'Um instante.',
  wait: 'Um momento, por favor.',
  calling: (unit) =>
    unit === null ? 'Vou chamar. Aguarde.' : `Vou chamar o apartamento ${unit}. Aguarde.`,
  stillCalling: 'Aguarde mais um momento, por favor.',
  unknownUnit: 'Não encontrei esse destino. Qual é o número do apartamento?',
  unknownUnitKeypad:
    'Não encontrei esse número. Digite o número do apartamento e depois jogo da velha.',
  whichBlock: 'Qual é o bloco?',
  whichBlockKeypad: (blocks) =>
    blocks.some((block) => /\d/.test(block))
      ? 'Digite o número do bloco e depois jogo da velha.'
      : `${blocks.map((block, place) => `Para o bloco ${block}, digite ${place + 1}`).join('. ')}. E depois, jogo da velha.`,
  whichUnit: 'Qual é o número do apartamento?',
  whichUnitKeypad: 'Digite o número do apartamento e depois jogo da velha.',
  notFound: 'Não consegui encontrar o destino.',
  keypadHelpWaiting: 'Estou aguardando a autorização. Para falar com um atendente, digite zero.',
  handOver: 'Vou passar você para um atendente. Aguarde.',
  authorized: 'Entrada autorizada. Pode entrar.',
  denied: 'A entrada não foi autorizada.',
  noAuthorization: 'Não consegui a autorização neste momento.',
  goodbye: 'Obrigado, até logo.',
  apology: 'Desculpe, tive um problema. Vou passar você para um atendente.',
  restarting: 'Desculpe, preciso encerrar esta chamada. Por favor, chame de novo em instantes.',
  residentHello: (name) =>
    name === null ? 'Olá, aqui é a portaria.' : `Olá, portaria de ${name}.`,
  atTheDoor: (visit) => `${visitor(visit)} está na entrada${purpose(visit)}.`,
  whoIsIt: (visit) =>
    visit.visitorName === null && visit.intentType === null
      ? 'O visitante não disse o nome nem o motivo.'
      : `${visit.visitorName === null ? 'O visitante não disse o nome' : `O visitante disse que se chama ${visit.visitorName}`}${visit.intentType === null ? '' : ` e veio${purpose(visit)}`}.`,
  question: 'Autoriza a entrada? Diga sim ou não. Ou digite 1 para autorizar, 2 para negar.',
  questionKeypad: 'Autoriza a entrada? Digite 1 para autorizar, ou 2 para negar.',
  questionAgain: 'Não entendi. Autoriza a entrada, sim ou não?',
  questionAgainKeypad: 'Digite 1 para autorizar, ou 2 para negar.',
  residentAuthorized: 'Certo, entrada autorizada.',
  residentDenied: 'Certo, entrada negada.',
  residentUnclear: 'Não entendi a resposta. A entrada não foi autorizada.',
  visitorLeft: 'O visitante já desligou.',
  tooLate: 'A chamada já foi encerrada.',
  residentGoodbye: 'Obrigado, até logo.',
}

function visitor(visit: Visit): string {
  if (visit.visitorName !== null) return visit.visitorName
  return visit.intentType === 'entrega' ? 'Um entregador' : 'Um visitante'
}

function purpose(visit: Visit): string {
  const forWhom = visit.residentName === null ? '' : ` para ${visit.residentName}`
  switch (visit.intentType) {
    case 'entrega':
      return ` com uma entrega${forWhom}`
    case 'visita':
      return ` para uma visita${visit.residentName === null ? '' : ` a ${visit.residentName}`}`
    case 'servico':
      return ` para um serviço${forWhom}`
    case null:
    default:
      return forWhom
  }
}
