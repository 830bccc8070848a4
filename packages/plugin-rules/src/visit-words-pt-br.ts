import { nameWordsPtBr } from './name-words-pt-br.ts'
import { numberWordsPtBr } from './number-words-pt-br.ts'
import { relations, professions, couriers } from './people-pt-br.ts'
import type { LanguageWords } from './visit-words.ts'

/** Brazilian Portuguese. */
export const ptBr: LanguageWords = {
  numbers: numberWordsPtBr,
  unit: {
    keywords:
      'apartamento apartamentos apto apt ap ape apes unidade casa sala conjunto cobertura flat kitnet kitinete loft studio lote chale loja escritorio consultorio'.split(
        ' ',
      ),
    between: 'numero num n nro no o a e eh era de'.split(' '),
    pointers: 'pro pra para no na do da ao o em'.split(' '),
    blocks: 'bloco bl torre predio edificio quadra ala'.split(' '),
    letters: {
      be: 'B',
      ce: 'C',
      de: 'D',
      efe: 'F',
      ge: 'G',
      aga: 'H',
      jota: 'J',
      ele: 'L',
      eme: 'M',
    },
    towers: ['norte', 'sul', 'leste', 'oeste', 'central'],
    notBefore:
      'as ha faz dia dias ano desde km r tenho tem trouxe daqui uns umas cerca quase reais vale andar sao quilometro onibus linha'.split(
        ' ',
      ),
    labels:
      'idade placa protocolo cpf rg cnpj telefone celular codigo pedido nota rua avenida senha fone whatsapp zap ramal cep documento matricula cracha'.split(
        ' ',
      ),
    notAfter: (
      'horas hora h hs min minuto minutos segundo segundos dia dias semana semanas mes meses ano anos real reais ' +
      'pacotes pacotinho caixas pizzas encomendas entregas sacolas volume ' +
      'volumes pessoa pessoas andar andares vez vezes kilo kilos quilo quilos litros galao galoes carta cartas ' +
      'amigos amigas homens crianças criancas visitantes item itens produtos envelopes envelope pedidos metros grau ' +
      'graus porcento garrafas marmitas marmita lanches refeicoes convidados irmaos filhos'
    ).split(' '),
    corrections: [
      'alias',
      'quer dizer',
      'desculpa',
      'desculpe',
      'perdao',
      'digo',
      'errei',
      'corrigindo',
      'melhor dizendo',
      'ou melhor',
      'na verdade',
      'ops',
      'opa',
      'me enganei',
      'me confundi',
      'correcao',
      'falei errado',
      'errado',
      'minto',
    ],
    alternatives: ['ou'],
  },
  negations: ['nao'],
  takebacks: ['nao'],
  greetings: 'oi ola alo opa eai bom boa dia tarde noite tudo bem bao entao olha por favor'.split(
    ' ',
  ),
  companies: (
    'amazon|mercado livre|mercadolivre|correios|correio|sedex|shopee|magalu|magazine luiza|loggi|jadlog|ifood|i food|ai food|rappi|' +
    'uber eats|uber flash|uber|99 food|99food|lalamove|ze delivery|total express|dhl|fedex|ups|aliexpress|shein|americanas|' +
    'casas bahia|pizzaria|pizza hut|dominos|mcdonalds|mc donalds|burger king|habibs|drogasil|droga raia|drogaria|farmacia|' +
    'padaria|restaurante|lanchonete|floricultura|supermercado|mercado|carrefour|pao de acucar|petlove|cobasi|petz|' +
    'outback|subway|china in box|extra|assai|liquigas|ultragaz|supergasbras|azul cargo|latam cargo|braspress|sequoia|transportadora|cacau show|natura|boticario|kalunga|leroy merlin'
  ).split('|'),
  intents: {
    entrega: [
      ...'entrega entregas entregar entregando encomenda encomendas pacote pacotes pacotinho delivery pizza lanche marmita comida quentinha'.split(
        ' ',
      ),
      ...'remedio remedios buque compras pedido sedex carta envelope caixa correspondencia mercadoria malote galao'.split(
        ' ',
      ),
      ...couriers,
      'servico de entrega',
      'visita de entrega',
      'trazer flores',
      'trouxe flores',
      'flores para',
      'flores pra',
      'flores pro',
      'um documento',
      'uns documentos',
      'os documentos',
      'trazer documento',
      'entregar documento',
      'deixar um pacote',
      'deixar uma encomenda',
    ],
    visita: [
      ...'visita visitar visitante visitando visitinha festa aniversario churrasco'.split(' '),
      ...relations,
      'vim ver',
      'vim encontrar',
      'quero ver',
      'fazer uma visita',
      'veio ver',
      'estou aqui para ver',
      'almocar com',
      'jantar com',
      'almoco na casa',
      'jantar na casa',
    ],
    servico: [
      ...'servico servicos conserto consertar manutencao instalar instalacao reparo reparar reparos faxina limpeza obra obras'.split(
        ' ',
      ),
      ...'dedetizacao dedetizar vistoria vistoriar montagem montar mudanca orcamento medicao leitura assistencia pintura pintar arrumar trocar desentupir limpar medidor vazamento'.split(
        ' ',
      ),
      ...professions,
      'visita tecnica',
      'prestar servico',
      'prestar um servico',
      'fazer uma vistoria',
      'fazer um orcamento',
      'da vivo',
      'da claro',
      'da net',
      'da oi',
      'da tim',
      'da sky',
      'da sabesp',
      'da enel',
      'da cemig',
      'da copel',
      'da light',
      'da comgas',
      'da internet',
      ...'comgas sabesp enel cemig copel celpe coelba cpfl caesb sanepar casan embasa'.split(' '),
    ],
  },
  names: nameWordsPtBr,
}
