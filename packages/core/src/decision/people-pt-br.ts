import type { PersonWords } from './answer-words.ts'

/** Brazilian Portuguese. */
export const peoplePtBr: PersonWords = {
  people: [
    'ele',
    'ela',
    'eles',
    'elas',
    'todos [eles]',
    'todas [elas]',
    'todo mundo',
    'voce',
    'voces',
    '(o|a|os|as|esse|essa|esses|essas|este|esta|estes|estas|aquele|aquela|um|uma|meu|minha|meus|minhas|o meu|a minha|os meus|as minhas|nosso|nossa|nossos|nossas|ao|aos|do|da|dos|das|desse|dessa|pro|pros) (rapaz|rapazes|moco|moca|mocos|mocas|menino|menina|meninos|meninas|homem|mulher|cara|caras|sujeito|senhor|senhora|senhores|pessoa|pessoas|pessoal|galera|gente|entregador|entregadora|entregadores|motoboy|motoqueiro|motorista|carteiro|correio|correios|visita|visitas|visitante|visitantes|entrega|entregas|encomenda|encomendas|pacote|pacotes|pedido|pedidos|compra|compras|produto|pizza|pizzas|comida|lanche|almoco|jantar|janta|gas|agua|remedio|remedios|flor|flores|presente|mercado|mercadoria|tecnico|tecnica|tecnicos|eletricista|encanador|pintor|pedreiro|marceneiro|chaveiro|diarista|faxineira|empregada|baba|medico|medica|enfermeira|enfermeiro|professor|professora|corretor|corretora|montador|instalador|prestador|prestador de servico|internet|ifood|amazon|uber|rappi|mae|pai|pais|irmao|irma|irmaos|irmas|filho|filha|filhos|filhas|tio|tia|tios|tias|primo|prima|primos|primas|sobrinho|sobrinha|neto|neta|netos|netas|avo|vo|esposa|esposo|marido|mulher|namorado|namorada|noivo|noiva|sogro|sogra|cunhado|cunhada|genro|nora|amigo|amiga|amigos|amigas|colega|colegas|vizinho|vizinha|convidado|convidada|convidados|convidadas|familia|parente|parentes|cliente|aluno|aluna)',
    '(entregador|entrega|visita|encomenda|visitante)',
  ],
  titles: [
    'o',
    'a',
    'os',
    'as',
    'seu',
    'dona',
    'senhor',
    'senhora',
    'doutor',
    'doutora',
    'sr',
    'sra',
    'dr',
    'dra',
    'ao',
    'do',
    'da',
    'pro',
    'meu',
    'minha',
    'tio',
    'tia',
  ],
  prepositions: ['para', 'pra', 'por', 'com', 'pro'],
  origins: ['do', 'da', 'de', 'dos', 'das'],
  neverNames: (
    'treze catorze quatorze quinze dezesseis dezessete dezoito dezenove vinte trinta meianoite ' +
    'ladrao ladroes bandido bandidos assaltante vagabundo vagabunda golpista estranho estranhos estranha desconhecido desconhecida cachorro vento preco elevador olho duas dois tres quatro cinco seis sete oito nove dez onze doze meio meia partir ' +
    'caralho cacete porra ova escambau caramba inferno diabo diacho merda puta foda capeta bosta cu ' +
    'droga raio policia volume som tv televisao radio janela carro vaga senha cartao luz conta segunda terca quarta quinta sexta sabado domingo feira feriado natal vez vezes semana semanas hora horas amanha manha tarde noite dia dias mes ano ' +
    'problema problemas duvida condicao condicoes documento identidade somente apenas unicamente ' +
    'exceto salvo raramente proxima proximo outra outro outras outros fim final contrario resto cargo ' +
    'portaria porteiro sindico sindica predio rua lado fora longe que qual um uma uns umas e ou de em no na nos nas ' +
    'com sem por para pelo pela ate desde sobre entre vai vou foi fui ser sou era seria tem tenho ter ' +
    'fazer faz disse falou autorizar liberar abrir deixar autorizou liberou abriu deixou autoriza quer ' +
    'queria quero posso devo devia deve isso isto aquilo nao sim jeito forma maneira modo chance mal ' +
    'muito muita pouca demais tanto tudo algo alguem cada qualquer eu tu nos me te se lhe mim'
  ).split(' '),
}
