import type { VisitWords } from './visit-words.ts'

const relations = (
  'amigo amiga hermano hermana madre mama padre papa hijo hija tio tia primo prima sobrino sobrina nieto nieta abuelo abuela ' +
  'esposa esposo marido mujer novio novia suegro suegra cunado cunada yerno nuera colega companero companera vecino vecina ' +
  'pariente familiar invitado invitada padrino madrina cliente'
).split(' ')

const professions = (
  'electricista plomero fontanero gasfiter tecnico tecnica pintor pintora albanil carpintero cerrajero jardinero instalador ' +
  'limpiadora limpiador empleada ninera cuidador cuidadora enfermera enfermero medico medica doctor doctora profesor profesora ' +
  'entrenador fumigador mecanico ingeniero arquitecto agente peluquera peluquero masajista veterinario inspector'
).split(' ')

/** Spanish. */
export const es: VisitWords = {
  numbers: {
    digits: {
      cero: 0,
      un: 1,
      uno: 1,
      una: 1,
      dos: 2,
      tres: 3,
      cuatro: 4,
      cinco: 5,
      seis: 6,
      siete: 7,
      ocho: 8,
      nueve: 9,
    },
    teens: {
      diez: 10,
      once: 11,
      doce: 12,
      trece: 13,
      catorce: 14,
      quince: 15,
      dieciseis: 16,
      diecisiete: 17,
      dieciocho: 18,
      diecinueve: 19,
      veintiun: 21,
      veintiuno: 21,
      veintiuna: 21,
      veintidos: 22,
      veintitres: 23,
      veinticuatro: 24,
      veinticinco: 25,
      veintiseis: 26,
      veintisiete: 27,
      veintiocho: 28,
      veintinueve: 29,
    },
    tens: {
      veinte: 20,
      treinta: 30,
      cuarenta: 40,
      cincuenta: 50,
      sesenta: 60,
      setenta: 70,
      ochenta: 80,
      noventa: 90,
    },
    hundreds: {
      cien: 100,
      ciento: 100,
      doscientos: 200,
      doscientas: 200,
      trescientos: 300,
      trescientas: 300,
      cuatrocientos: 400,
      cuatrocientas: 400,
      quinientos: 500,
      quinientas: 500,
      seiscientos: 600,
      seiscientas: 600,
      setecientos: 700,
      setecientas: 700,
      ochocientos: 800,
      ochocientas: 800,
      novecientos: 900,
      novecientas: 900,
    },
    multipliers: { mil: 1000 },
    joiners: ['y'],
    articles: ['un', 'uno', 'una', 'mil'],
  },
  unit: {
    keywords:
      'departamento departamentos depto dpto dto apartamento apto apt ap casa unidad oficina local piso puerta vivienda'.split(
        ' ',
      ),
    between: 'numero num nro n el la es era de en'.split(' '),
    pointers: 'para pal al del el en a la'.split(' '),
    blocks: 'bloque torre edificio manzana bloc'.split(' '),
    letters: { be: 'B', ce: 'C', de: 'D', efe: 'F', ge: 'G' },
    towers: ['norte', 'sur', 'este', 'oeste'],
    notBefore: 'las hace dia ano desde tengo traigo traje unos unas como casi km'.split(' '),
    labels:
      'edad placa patente codigo pedido telefono celular dni cedula rut calle avenida orden factura extension interno'.split(
        ' ',
      ),
    notAfter: (
      'horas hora h minutos minuto min segundos dias dia semanas semana meses anos ano pesos euros dolares paquete paquetes ' +
      'caja cajas pizza pizzas bolsas bolsa personas persona visitas veces vez cartas amigos metros piso pisos am pm'
    ).split(' '),
    corrections: [
      'perdon',
      'disculpe',
      'disculpa',
      'digo',
      'quiero decir',
      'mejor dicho',
      'o sea',
      'en realidad',
      'me equivoque',
      'sino',
      'corrijo',
    ],
  },
  negations: ['no'],
  companies: (
    'amazon|mercado libre|mercadolibre|correos|correo|rappi|uber eats|uber|glovo|pedidos ya|pedidosya|didi food|didi|ifood|just eat|dhl|fedex|ups|seur|mrw|gls|' +
    'estafeta|servientrega|shein|aliexpress|telepizza|dominos|pizza hut|mcdonalds|burger king|farmacia|panaderia|restaurante|floristeria|floreria|supermercado|' +
    'pizzeria|carrefour|mercadona|walmart|oxxo|chilexpress|starken|andreani|oca|el corte ingles|ikea|walmart'
  ).split('|'),
  intents: {
    entrega: [
      ...'entrega entregas entregar entregando encomienda encomiendas paquete paquetes delivery pizza comida pedido repartidor repartidora'.split(
        ' ',
      ),
      ...'mensajero cartero reparto domicilio medicinas flores carta sobre compras caja envio repartir'.split(
        ' ',
      ),
    ],
    visita: [
      ...'visita visitar visitante visitando fiesta cumpleanos'.split(' '),
      ...relations,
      'vengo a ver',
      'vine a ver',
      'ver a',
      'cenar con',
      'almorzar con',
    ],
    servico: [
      ...'servicio servicios reparar reparacion arreglar arreglo instalar instalacion mantenimiento limpieza limpiar obra mudanza'.split(
        ' ',
      ),
      ...'presupuesto fumigar fumigacion inspeccion medidor lectura montar pintar revisar destapar'.split(
        ' ',
      ),
      ...professions,
      'visita tecnica',
    ],
  },
  names: {
    visitor: [
      'mi nombre es',
      'me llamo',
      'yo me llamo',
      'habla',
      'le habla',
      'yo soy',
      'soy',
      'aqui esta',
      'hola es',
      'aqui',
    ],
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
      ...relations,
    ],
    particles: ['de', 'del', 'la', 'las', 'los'],
    afterParticle: (
      'cruz rosa torre vega fuente fuentes hoz paz rio rios leon castro toro pino valle mar santos reyes olmo oca pena iglesia ' +
      'jesus campo monte moral barca parra mora'
    ).split(' '),
    origins: ['de', 'del', 'en'],
    others: (
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
    likeInfinitives:
      'omar oscar cesar edgar ester esther javier xavier hector walter alexander gaspar baltasar pilar guiomar elmer roger peter jenifer jennifer aguilar salazar amador'.split(
        ' ',
      ),
  },
}
