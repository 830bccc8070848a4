/** "Sou amigo do Pedro": who comes for a visit, and whose. */
export const relations = (
  'amigo amiga irmao irma mae pai filho filha tio tia primo prima sobrinho sobrinha neto neta avo vo esposa esposo ' +
  'marido mulher namorado namorada noivo noiva sogro sogra cunhado cunhada genro nora colega vizinho vizinha ' +
  'parente convidado convidada padrinho madrinha'
).split(' ')

/** Who comes to do some work. */
export const professions = (
  'eletricista encanador encanadora tecnico tecnica pintor pintora pedreiro marceneiro chaveiro diarista faxineira ' +
  'faxineiro dedetizador montador instalador instaladora jardineiro piscineiro vidraceiro serralheiro gesseiro ' +
  'cuidador cuidadora baba enfermeira enfermeiro medico medica fisioterapeuta personal professor professora ' +
  'corretor corretora prestador prestadora manicure cabeleireira cabeleireiro massagista veterinario veterinaria ' +
  'engenheiro engenheira arquiteto arquiteta tapeceiro antenista vistoriador empregada domestica passadeira ' +
  'cozinheira bombeiro dentista'
).split(' ')

/** Who comes with a delivery. */
export const couriers =
  'entregador entregadora motoboy motoqueiro carteiro mensageiro courier'.split(' ')
