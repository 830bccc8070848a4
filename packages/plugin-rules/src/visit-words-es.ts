import { nameWordsEs } from './name-words-es.ts'
import { numberWordsEs } from './number-words-es.ts'
import { relations, professions } from './people-es.ts'
import type { LanguageWords } from './visit-words.ts'

/** Spanish. */
export const es: LanguageWords = {
  numbers: numberWordsEs,
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
    notBefore: 'las hace dia ano desde tengo traigo traje unos unas como casi km son'.split(' '),
    labels:
      'edad placa patente codigo pedido telefono celular dni cedula rut calle avenida orden factura extension interno'.split(
        ' ',
      ),
    notAfter: (
      'horas hora h minutos minuto min segundos dias dia semanas semana meses anos ano pesos euros dolares paquetes ' +
      'cajas pizzas bolsas personas persona visitas veces vez cartas amigos metros piso pisos am pm'
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
    alternatives: ['o', 'u'],
  },
  negations: ['no'],
  takebacks: ['no'],
  greetings: 'hola alo buen buenos buenas dias dia tardes noches que tal por favor si pues'.split(
    ' ',
  ),
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
  names: nameWordsEs,
}
