import type { PersonWords } from './answer-words.ts'

/** English. */
export const peopleEn: PersonWords = {
  people: [
    'him',
    'her',
    'them',
    'he',
    'she',
    'they',
    'everyone',
    'everybody',
    'all of them',
    'both [of them]',
    '(the|a|an|this|that|these|those|my|our|your|some) [young|nice|delivery|food|pizza|pest control|cleaning] (man|woman|lady|guy|guys|fellow|gentleman|gentlemen|boy|girl|kid|kids|person|people|driver|drivers|courier|couriers|postman|mailman|delivery|deliveries|parcel|package|packages|order|pizza|food|groceries|shopping|medicine|flowers|visitor|visitors|guest|guests|friend|friends|brother|sister|mother|father|mum|mom|dad|parents|son|daughter|wife|husband|boyfriend|girlfriend|fiance|uncle|aunt|cousin|cousins|nephew|niece|grandmother|grandfather|grandma|grandpa|family|neighbour|neighbor|colleague|boss|client|plumber|electrician|technician|repairman|cleaner|cleaning lady|maid|nanny|babysitter|nurse|doctor|teacher|tutor|painter|carpenter|locksmith|gas man|gas|water|internet guy|internet|agent|realtor|contractor|worker|workers|uber|amazon|ups|fedex|dhl)',
    '(mr|mrs|ms|miss) (smith|silva)',
    '(mom|mum|dad|grandma|grandpa)',
  ],
  titles: ['mr', 'mrs', 'ms', 'miss', 'mister', 'dr', 'doctor', 'the', 'my', 'aunt', 'uncle'],
  prepositions: ['for', 'to'],
  origins: ['from', 'of', 'with'],
  neverNames: (
    'thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty be creek ' +
    'thief thieves robber robbers burglar burglars stranger strangers dog wind price lift elevator one two three four five six seven eight nine ten eleven twelve noon midnight ' +
    'monday tuesday wednesday thursday friday saturday sunday christmas weekend volume tv window car radio hell fuck fucking shit damn ass heck devil police cops next time week month year tomorrow tonight later ' +
    'morning evening afternoon night day days hour hours only hardly barely scarcely rarely seldom problem problems ' +
    'condition conditions id other others another same one two first last over dead body fire rest wrong right ' +
    'is are was were be been being do does did done has have had will would could should might must shall may can ' +
    'say said says tell told think thought want wants wanted know knows knew see saw get got go goes went come comes came ' +
    'in out on off at by as if when until unless than then there here that this these those which what who whom whose why how ' +
    'and or but nor so yet not no none never nothing nobody anyone anybody someone somebody anything something i you we us me my ' +
    'your our their his its it too very much many more most less least few little all any every each way doubt chance idea ' +
    'let lets allow deny refuse open close shut stop wait hold away back down outside alone inside'
  ).split(' '),
}
