import { relations } from './people-es.ts'
import type { NameWords } from './visit-words.ts'

export const nameWordsEs: NameWords = {
  visitor: [
    'mi nombre es',
    'me llamo',
    'no me llamo',
    'mi nombre no es',
    'no soy',
    'yo me llamo',
    'habla',
    'le habla',
    'yo soy',
    'soy',
    'aqui esta',
    'hola es',
    'aqui',
  ],
  visitorFirst: ['es', 'es el', 'es la'],
  afterVisitor: ['al habla', 'aqui', 'hablando'],
  resident: [
    'hablar con',
    'visitar a',
    'visitar al',
    'visita a',
    'visita para',
    'ver a',
    'ver al',
    'busco a',
    'busco al',
    'buscando a',
    'buscando al',
    'llamar a',
    'encontrarme con',
    'a nombre de',
    'a nombre del',
    'a casa de',
    'casa de',
    'casa del',
    'departamento de',
    'departamento del',
    'apartamento de',
    'apartamento del',
    'residente',
    ...relations.flatMap((relation) => [`${relation} de`, `${relation} del`]),
    'fiesta de',
    'cumpleanos de',
    'pedido de',
    'paquete de',
    'entregar a',
    'entregar al',
    'entrega a',
    'entrega al',
    'para',
    'con',
  ],
  afterResident: [
    'me espera',
    'me esta esperando',
    'me llamo',
    'me invito',
    'pidio',
    'me pidio',
    'autorizo',
    'vive',
  ],
  copulas: ['es', 'soy', 'sino'],
  titles: [
    'el',
    'la',
    'los',
    'las',
    'don',
    'dona',
    'sr',
    'sra',
    'srta',
    'dr',
    'dra',
    'doctor',
    'doctora',
    'senor',
    'senora',
    'senorita',
    'mi',
    'un',
    'una',
    'residente',
    'familia',
    ...relations,
  ],
  particles: ['de', 'del', 'la', 'las', 'los'],
  afterParticle: (
    'cruz rosa torre vega fuente fuentes hoz paz rio rios leon castro toro pino valle mar santos reyes olmo oca pena iglesia ' +
    'jesus campo monte moral barca parra mora'
  ).split(' '),
  origins: ['de', 'del', 'en'],
  others: (
    'cliente paciente alumno conductor chofer reunion piscina gimnasio garaje estacionamiento recepcion almuerzo cena desayuno trabajo cita mi ' +
    'eh ah oh mm em um este pues bueno hola alo buenos buenas dias tardes noches por favor gracias yo tu el ella ellos usted soy somos estoy esta es era fue ser ' +
    'vengo vine viene venimos voy va ir quiero quisiera necesito puedo puede tengo tiene traigo traje traer hacer hace aqui ahi alla que ' +
    'quien cual cuando como donde porque si pero tambien ya ahora hoy solo mismo eso esto ese esa este esta aquel con sin para por en al ' +
    'del de un una unos unas mi su nuestro casa departamento apartamento porteria portero edificio condominio residente nombre hablar ver ' +
    'entrar subir pasar dejar recoger buscar llevar recibir llamar avisar autorizar abrir abre abra puerta porton empresa tienda gas agua luz ' +
    'internet telefono aire acondicionado ducha llave fregadero nevera lavadora cocina ascensor fuga muebles mueble bano cuarto ' +
    'senor senora joven muchacho chico gente nada nadie alguien todos esperando espera me te se le lo les nos no ni o y e u a ' +
    'vive vivo vivimos encargado conserje dueno duena propietario arrendatario bien mal muy mas menos vale ok parte'
  ).split(' '),
  endings: ['ando', 'iendo', 'endo'],
  infinitives: ['ar', 'er', 'ir'],
  likeVerbs:
    'fernando armando orlando rolando hernando rosendo galindo fernandos omar oscar cesar edgar ester esther javier xavier hector walter alexander gaspar baltasar pilar guiomar elmer roger peter jenifer jennifer aguilar salazar amador'.split(
      ' ',
    ),
}
