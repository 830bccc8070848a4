import type { VisitWords } from './visit-words.ts'

const relations = (
  'amigo amiga irmao irma mae pai filho filha tio tia primo prima sobrinho sobrinha neto neta avo vo esposa esposo ' +
  'marido mulher namorado namorada noivo noiva sogro sogra cunhado cunhada genro nora colega vizinho vizinha ' +
  'parente convidado convidada padrinho madrinha cliente'
).split(' ')

const professions = (
  'eletricista encanador encanadora tecnico tecnica pintor pintora pedreiro marceneiro chaveiro diarista faxineira ' +
  'faxineiro dedetizador montador instalador instaladora jardineiro piscineiro vidraceiro serralheiro gesseiro ' +
  'cuidador cuidadora baba enfermeira enfermeiro medico medica fisioterapeuta personal professor professora ' +
  'corretor corretora prestador prestadora manicure cabeleireira cabeleireiro massagista veterinario veterinaria ' +
  'engenheiro engenheira arquiteto arquiteta tapeceiro antenista vistoriador empregada domestica passadeira ' +
  'cozinheira bombeiro dentista'
).split(' ')

const couriers = 'entregador entregadora motoboy motoqueiro carteiro mensageiro courier'.split(' ')

/** Brazilian Portuguese. */
export const ptBr: VisitWords = {
  numbers: {
    digits: {
      zero: 0,
      um: 1,
      uma: 1,
      dois: 2,
      duas: 2,
      tres: 3,
      quatro: 4,
      cinco: 5,
      seis: 6,
      meia: 6,
      sete: 7,
      oito: 8,
      nove: 9,
    },
    teens: {
      dez: 10,
      onze: 11,
      doze: 12,
      treze: 13,
      catorze: 14,
      quatorze: 14,
      quinze: 15,
      dezesseis: 16,
      dezasseis: 16,
      dezessete: 17,
      dezassete: 17,
      dezoito: 18,
      dezenove: 19,
      dezanove: 19,
    },
    tens: {
      vinte: 20,
      trinta: 30,
      quarenta: 40,
      cinquenta: 50,
      cincoenta: 50,
      sessenta: 60,
      setenta: 70,
      oitenta: 80,
      noventa: 90,
    },
    hundreds: {
      cem: 100,
      cento: 100,
      duzentos: 200,
      duzentas: 200,
      trezentos: 300,
      trezentas: 300,
      quatrocentos: 400,
      quatrocentas: 400,
      quinhentos: 500,
      quinhentas: 500,
      seiscentos: 600,
      seiscentas: 600,
      setecentos: 700,
      setecentas: 700,
      oitocentos: 800,
      oitocentas: 800,
      novecentos: 900,
      novecentas: 900,
    },
    multipliers: { mil: 1000 },
    joiners: ['e'],
    articles: ['um', 'uma', 'meia', 'mil'],
  },
  unit: {
    keywords:
      'apartamento apartamentos apto apt ap ape apes unidade casa sala conjunto cobertura flat kitnet loft'.split(
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
      'as ha faz dia dias ano desde km r tenho tem trouxe daqui uns umas cerca quase reais vale andar lote'.split(
        ' ',
      ),
    labels:
      'idade placa protocolo cpf rg cnpj telefone celular codigo pedido nota rua avenida senha fone whatsapp zap ramal cep documento matricula cracha'.split(
        ' ',
      ),
    notAfter: (
      'horas hora h hs min minuto minutos segundo segundos dia dias semana semanas mes meses ano anos real reais ' +
      'pacote pacotes pacotinho caixa caixas pizza pizzas encomenda encomendas entrega entregas sacola sacolas volume ' +
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
    ],
  },
  negations: ['nao'],
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
      ...'remedio remedios flores buque compras pedido sedex carta envelope caixa correspondencia mercadoria documento malote galao'.split(
        ' ',
      ),
      ...couriers,
      'servico de entrega',
      'visita de entrega',
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
      ...'dedetizacao dedetizar vistoria vistoriar montagem montar mudanca orcamento medicao leitura assistencia pintura pintar arrumar trocar desentupir limpar'.split(
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
    ],
  },
  names: {
    visitor: [
      'meu nome e',
      'meu nome eh',
      'o meu nome e',
      'meu nome',
      'me chamo',
      'eu me chamo',
      'chamo me',
      'aqui quem fala e',
      'quem fala e',
      'quem esta falando e',
      'aqui e',
      'aqui eh',
      'eu sou',
      'sou',
      'oi e',
      'ola e',
      'alo e',
      'bom dia e',
      'boa tarde e',
      'boa noite e',
      'pode falar que e',
      'fala que e',
      'diz que e',
      'diga que e',
      'avisa que e',
    ],
    resident: [
      'falar com',
      'falo com',
      'conversar com',
      'encontrar com',
      'encontrar',
      'visitar',
      'visita para',
      'visita pra',
      'visita pro',
      'visita a',
      'visita ao',
      'ver',
      'procurando',
      'procuro',
      'procurar',
      'chamar',
      'chama',
      'chame',
      'morador',
      'moradora',
      'destinatario',
      'destinataria',
      'em nome de',
      'em nome do',
      'em nome da',
      'no nome de',
      'no nome do',
      'no nome da',
      'nome de',
      'nome dele e',
      'nome dela e',
      'nome do morador e',
      'nome da moradora e',
      'pra casa do',
      'pra casa da',
      'casa do',
      'casa da',
      'casa de',
      'apartamento do',
      'apartamento da',
      'apartamento de',
      'ap do',
      'ap da',
      'ape do',
      'ape da',
      'apto do',
      'apto da',
      ...[...relations, ...professions].flatMap((relation) => [
        `${relation} do`,
        `${relation} da`,
        `${relation} de`,
      ]),
      'festa do',
      'festa da',
      'aniversario do',
      'aniversario da',
      'encomenda do',
      'encomenda da',
      'pedido do',
      'pedido da',
      'entregar ao',
      'entregar a',
      'entrega ao',
      'entrega a',
      'para o',
      'para a',
      'para',
      'pro',
      'pra',
      'ao',
      'com o',
      'com a',
    ],
    titles: [
      'o',
      'a',
      'os',
      'as',
      'ao',
      'seu',
      'sr',
      'sra',
      'srta',
      'dr',
      'dra',
      'doutor',
      'doutora',
      'senhor',
      'senhora',
      'dona',
      'd',
      'dom',
      'meu',
      'minha',
      'um',
      'uma',
      'morador',
      'moradora',
      'um tal de',
      ...relations,
    ],
    particles: ['de', 'da', 'do', 'dos', 'das'],
    afterParticle: (
      'silva costa cruz rocha luz mata conceicao gloria paz cunha fonseca motta mota gama veiga nascimento carmo amaral ' +
      'prado vale valle rosario santos reis neves anjos gracas dores chagas passos campos virgens souza sousa oliveira ' +
      'lima almeida andrade freitas melo mello barros paula jesus castro assis moraes morais azevedo carvalho araujo ' +
      'abreu faria farias sa deus medeiros moura queiroz macedo lourdes fatima camargo brito toledo aguiar alencar ' +
      'avila miranda magalhaes siqueira paiva pinho mattos matos resende rezende godoy godoi arruda barbosa franca ' +
      'guia penha aparecida serra ponte fonte rosa trindade gloria encarnacao'
    ).split(' '),
    origins: ['do', 'da', 'de', 'dos', 'das', 'no', 'na'],
    others: (
      'hum hmm hm ah oh eh uh ahn hein ue opa nossa caramba sei oi ola alo bom boa dia tarde noite tudo bem por favor obrigado obrigada entao eu ele ela eles elas voce voces nos ' +
      'sou somos estou esta esteja ta to tou tava estava e eh era foi ser vim vem veio vindo venho viemos vou vai ir quero ' +
      'queria gostaria preciso precisava posso pode podia poderia tenho tem trago trouxe trazer trazendo fazer faz fez ' +
      'fazendo aqui ai la ali que quem qual quando como onde porque se mas tambem ja agora hoje so mesmo isso isto esse essa este esta ' +
      'aquele aquela com sem para pra pro por pelo pela em no na nos nas ao aos de um uma uns umas meu minha seu sua nosso nossa ' +
      'casa apartamento portaria porteiro predio condominio morador moradora nome falar falando fala diga ver conversar ' +
      'entrar subir passar deixar pegar buscar levar receber retirar chamar chama avisar avisa autorizar liberar libera abrir abre abra portao porta ' +
      'empresa firma loja aplicativo gas agua luz internet tv telefone ar condicionado chuveiro torneira pia geladeira ' +
      'maquina fogao elevador vazamento moveis movel cama sofa armario cano parede janela cortina box banheiro cozinha ' +
      'quarto pet cachorro gato moto carro fila sim nao nem ou muito pouco mais menos bem mal rapido rapidinho favor gentileza ' +
      'pessoal gente moco moca rapaz cara amigo senhor senhora dona seu filho nada ninguem alguem todo mundo ' +
      'estao esperando espera aguardando sabe sabendo combinei marcado marquei horario consulta aula reuniao entrevista ' +
      'ela ele dele dela deles delas ' +
      'mora moro morava moramos mudou zelador sindico sindica administracao gerente responsavel proprietario dono dona inquilino entendi certo ok beleza ' +
      'urgente novo nova coisa coisas algo produto produtos chegou chegando cheguei mandou mandaram pediu pediram comprou comprar ' +
      'segundo primeiro primeira terceiro quarto quinto ultimo fundos frente terreo andar'
    ).split(' '),
    endings: ['ando', 'endo', 'indo'],
    infinitives: ['ar', 'er', 'ir'],
    likeInfinitives: (
      'omar osmar ester esther valdir waldir edgar cesar oscar jair nadir altair ademar vladimir almir odair dagmar ' +
      'baltazar guiomar waldemar valdemar itamar gilmar jurandir lindomar walter valter wagner vagner alexander ' +
      'elder helder peter roger xavier javier jader hector nair clair alair edmar ismar josimar neymar juscimar ' +
      'wander vander kleber cleber eder heber jenifer jennifer ruder wilmar vilmar leomar dejair'
    ).split(' '),
  },
}
