/** "Sou amigo do Pedro": who comes for a visit, and whose. */
export const relations = (
  'amigo amiga hermano hermana madre mama padre papa hijo hija tio tia primo prima sobrino sobrina nieto nieta abuelo abuela ' +
  'esposa esposo marido mujer novio novia suegro suegra cunado cunada yerno nuera colega companero companera vecino vecina ' +
  'pariente familiar invitado invitada padrino madrina cliente'
).split(' ')

/** Who comes to do some work. */
export const professions = (
  'electricista plomero fontanero gasfiter tecnico tecnica pintor pintora albanil carpintero cerrajero jardinero instalador ' +
  'limpiadora limpiador empleada ninera cuidador cuidadora enfermera enfermero medico medica doctor doctora profesor profesora ' +
  'entrenador fumigador mecanico ingeniero arquitecto agente peluquera peluquero masajista veterinario inspector'
).split(' ')
