/** "Sou amigo do Pedro": who comes for a visit, and whose. */
export const relations = (
  'friend brother sister mother father mom mum dad son daughter uncle aunt cousin nephew niece grandson granddaughter ' +
  'grandmother grandfather wife husband boyfriend girlfriend fiance colleague neighbour neighbor relative guest client'
).split(' ')

/** Who comes to do some work. */
export const professions = (
  'electrician plumber technician painter carpenter locksmith cleaner maid gardener handyman installer exterminator ' +
  'nurse doctor caregiver nanny babysitter tutor teacher trainer inspector contractor mechanic repairman engineer architect ' +
  'agent realtor physiotherapist hairdresser mover movers'
).split(' ')
