import { nameWordsEn } from './name-words-en.ts'
import { numberWordsEn } from './number-words-en.ts'
import { relations, professions } from './people-en.ts'
import type { LanguageWords } from './visit-words.ts'

/** English. */
export const en: LanguageWords = {
  numbers: numberWordsEn,
  unit: {
    keywords: 'apartment apartments apt apto flat unit house suite room condo townhouse'.split(' '),
    between: 'number num nr is its it was in the of'.split(' '),
    pointers: 'for to in at the number into'.split(' '),
    blocks: 'block tower building wing bldg'.split(' '),
    letters: { bee: 'B', cee: 'C', see: 'C', dee: 'D', eff: 'F', gee: 'G' },
    towers: ['north', 'south', 'east', 'west'],
    notBefore: 'since year day about around almost have has brought got floor past'.split(' '),
    labels:
      'order code phone mobile id plate passport invoice protocol pin extension street avenue route'.split(
        ' ',
      ),
    notAfter: (
      'am pm oclock hours hour minutes minute mins min seconds days day weeks week months years year dollars bucks pounds ' +
      'packages parcels boxes pizzas bags people guests visitors friends floor floors st nd rd th times letters ' +
      'items deliveries percent meters street avenue'
    ).split(' '),
    corrections: [
      'sorry',
      'i mean',
      'rather',
      'actually',
      'correction',
      'my mistake',
      'make that',
      'pardon',
      'wait',
    ],
    alternatives: ['or'],
  },
  negations: ['not', 'isnt', 'no', 'dont', 'arent'],
  takebacks: ['no'],
  greetings: 'hi hello hey good morning afternoon evening yes please well so'.split(' '),
  companies: (
    'amazon|ups|fedex|fed ex|dhl|usps|royal mail|post office|doordash|door dash|uber eats|uber|deliveroo|grubhub|just eat|instacart|ifood|rappi|' +
    'dominos|pizza hut|mcdonalds|burger king|walmart|target|hermes|evri|dpd|gls|pharmacy|bakery|restaurant|florist|supermarket|mercado livre|correios|ebay|etsy|shein|the pizzeria|pizzeria|postmates|tesco|ikea'
  ).split('|'),
  intents: {
    entrega: [
      ...'delivery deliveries deliver delivering package packages parcel parcels courier pizza groceries food takeaway takeout'.split(
        ' ',
      ),
      ...'mailman postman letter mail flowers medicine driver envelope order box drop'.split(' '),
    ],
    visita: [
      ...'visit visiting visitor party birthday'.split(' '),
      ...relations,
      'to see',
      'seeing',
      'to meet',
      'dinner with',
      'lunch with',
      'having dinner',
    ],
    servico: [
      ...'service repair repairs repairing fix fixing install installing installation maintenance cleaning clean inspection moving renovation'.split(
        ' ',
      ),
      ...'estimate quote plumbing painting assemble mount meter measure'.split(' '),
      ...professions,
    ],
  },
  names: nameWordsEn,
}
