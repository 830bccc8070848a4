import { relations, professions } from './people-pt-br.ts'
import type { NameWords } from './visit-words.ts'

export const nameWordsPtBr: NameWords = {
  visitor: [
    'meu nome e',
    'meu nome eh',
    'meu nome nao e',
    'o nome e',
    'nome e',
    'sou eu',
    'somos',
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
    'avisar que e',
    'falar que e',
    'dizer que e',
  ],
  visitorFirst: ['e o', 'e a', 'eh o', 'eh a', 'e'],
  afterVisitor: ['aqui', 'falando', 'que esta falando', 'quem fala'],
  resident: [
    'falar com',
    'falo com',
    'fala com',
    'fale com',
    'falando com',
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
    'cliente',
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
    ...relations.flatMap((relation) => [`${relation} do`, `${relation} da`, `${relation} de`]),
    ...professions.flatMap((profession) => [`${profession} do`, `${profession} da`]),
    ...['ingles', 'espanhol', 'musica', 'piano', 'violao', 'aula'].flatMap((subject) => [
      `${subject} do`,
      `${subject} da`,
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
    'atender',
    'cuidar do',
    'cuidar da',
    'cuidar de',
    'familia',
    ...'combinei combinado marquei marcado hora horario consulta reuniao aula jantar almocar almoco encontro assunto compromisso pegar retirar deixar documento'
      .split(' ')
      .map((meeting) => `${meeting} com`),
  ],
  afterResident: [
    'esta me esperando',
    'ta me esperando',
    'esta esperando',
    'ta esperando',
    'me espera',
    'me chamou',
    'me convidou',
    'me pediu',
    'me autorizou',
    'ja autorizou',
    'autorizou',
    'pediu',
    'mandou eu',
    'mora',
    'comprou',
    'esta em casa',
    'ta em casa',
  ],
  copulas: ['e', 'eh', 'foi'],
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
    'familia',
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
    'oficial justica policia bombeiro bombeiros mim motorista cliente paciente aluno aluna ingles espanhol portugues matematica musica piano violao ginastica natacao yoga pilates educacao fisica limpeza ' +
    'academia piscina salao garagem estacionamento churrasqueira quadra playground hall recepcao guarita bicicletario condominios ' +
    'tecnico trabalho trabalhar servico reuniao assembleia jantar almoco cafe show jogo bolo doces doce salgados salgado gelo bebida bebidas cerveja racao ' +
    'roupa roupas sapato sapatos livro livros celular notebook geladeiras colchao mesa cadeira material materiais ferramenta ferramentas chave chaves presente presentes ' +
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
  likeVerbs: (
    'omar osmar ester esther valdir waldir edgar cesar oscar jair nadir altair ademar vladimir almir odair dagmar ' +
    'baltazar guiomar waldemar valdemar itamar gilmar jurandir lindomar walter valter wagner fernando orlando armando rolando hernando nando deusdedit arlindo laurindo deolindo clarindo florindo lindo gumercindo rosendo raimundo amando rolindo galindo vagner alexander ' +
    'elder helder peter roger xavier javier jader hector nair clair alair edmar ismar josimar neymar juscimar ' +
    'wander vander kleber cleber eder heber jenifer jennifer ruder wilmar vilmar leomar dejair'
  ).split(' '),
}
