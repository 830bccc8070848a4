import type { PersonWords } from './answer-words.ts'

/** Spanish, of both sides of the ocean. */
export const peopleEs: PersonWords = {
  people: [
    'el',
    'ella',
    'ellos',
    'ellas',
    'todos [ellos]',
    'todas [ellas]',
    'usted',
    'ustedes',
    '(el|la|los|las|ese|esa|esos|esas|este|esta|estos|estas|aquel|mi|mis|un|una|al|del|nuestro|nuestra|su) (muchacho|muchacha|muchachos|chico|chica|chicos|chicas|joven|hombre|mujer|senor|senora|senores|senorita|caballero|dama|tipo|persona|personas|gente|repartidor|repartidora|repartidores|mensajero|cartero|delivery|conductor|chofer|visita|visitas|visitante|invitado|invitada|invitados|invitadas|entrega|encomienda|paquete|paquetes|pedido|pedidos|compra|pizza|comida|almuerzo|cena|gas|agua|medicina|medicinas|flores|regalo|tecnico|electricista|plomero|fontanero|gasfiter|pintor|albanil|carpintero|cerrajero|empleada|limpiadora|ninera|medico|medica|doctor|doctora|enfermera|enfermero|profesor|profesora|internet|uber|rappi|amazon|madre|mama|padre|papa|padres|papas|hermano|hermana|hermanos|hermanas|hijo|hija|hijos|hijas|tio|tia|tios|primo|prima|primos|sobrino|sobrina|nieto|nieta|abuelo|abuela|abuelos|esposa|esposo|marido|novio|novia|suegro|suegra|cunado|cunada|amigo|amiga|amigos|amigas|colega|companero|companera|vecino|vecina|familia|cliente)',
    '(mama|papa)',
  ],
  titles: [
    'el',
    'la',
    'los',
    'las',
    'a',
    'al',
    'don',
    'dona',
    'senor',
    'senora',
    'senorita',
    'doctor',
    'doctora',
    'sr',
    'sra',
    'dr',
    'dra',
    'tio',
    'tia',
    'mi',
  ],
  prepositions: ['a', 'para', 'por', 'con'],
  origins: ['de', 'del'],
  neverNames: (
    'mediodia medianoche trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte treinta tiempo rato ' +
    'ladron ladrones ladrona asaltante extrano extranos extrana desconocido desconocida perro viento precio ascensor ojo una dos tres cuatro cinco seis siete ocho nueve diez once doce partir ' +
    'lunes martes miercoles jueves viernes sabado domingo feriado navidad frio hambre calor miedo verguenza volumen tele ventana carro coche luz mierda carajo cono puta joder demonio demonios diablo infierno chingada verga pinche cabron policia vez veces ' +
    'semana semanas hora horas manana tarde noche dia dias mes ano proximo proxima otro otra otros otras fin final ' +
    'contrario resto problema problemas duda condicion condiciones documento identidad solo solamente unicamente ' +
    'salvo excepto raramente apenas porteria portero calle lado fuera afuera lejos que cual quien cuando donde como ' +
    'cuanto un una uno unos unas y o u e ni de en sin sobre entre hasta desde va voy fue ser soy es era seria tiene ' +
    'tengo tener hacer hace dijo dice hablo autorizar abrir dejar liberar autorizo autoriza abrio dejo quiere quiero ' +
    'puedo debe debo deberia eso esto aquello no si forma manera modo mal muy mucho mucha poco tanto todo nada nadie ' +
    'algo alguien cada cualquier yo tu nos me te se le lo les mi ningun ninguna nunca jamas tampoco broma'
  ).split(' '),
}
