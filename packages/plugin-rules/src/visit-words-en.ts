import type { VisitWords } from './visit-words.ts'

const relations = (
  'friend brother sister mother father mom mum dad son daughter uncle aunt cousin nephew niece grandson granddaughter ' +
  'grandmother grandfather wife husband boyfriend girlfriend fiance colleague neighbour neighbor relative guest client'
).split(' ')

const professions = (
  'electrician plumber technician painter carpenter locksmith cleaner maid gardener handyman installer exterminator ' +
  'nurse doctor caregiver nanny babysitter tutor teacher trainer inspector contractor mechanic repairman engineer architect ' +
  'agent realtor physiotherapist hairdresser mover movers'
).split(' ')

/** English. */
export const en: VisitWords = {
  numbers: {
    digits: {
      zero: 0,
      oh: 0,
      o: 0,
      one: 1,
      two: 2,
      three: 3,
      four: 4,
      five: 5,
      six: 6,
      seven: 7,
      eight: 8,
      nine: 9,
    },
    teens: {
      ten: 10,
      eleven: 11,
      twelve: 12,
      thirteen: 13,
      fourteen: 14,
      fifteen: 15,
      sixteen: 16,
      seventeen: 17,
      eighteen: 18,
      nineteen: 19,
    },
    tens: {
      twenty: 20,
      thirty: 30,
      forty: 40,
      fourty: 40,
      fifty: 50,
      sixty: 60,
      seventy: 70,
      eighty: 80,
      ninety: 90,
    },
    hundreds: {},
    multipliers: { hundred: 100, thousand: 1000 },
    joiners: ['and'],
    articles: ['oh', 'o', 'one', 'hundred', 'thousand'],
  },
  unit: {
    keywords: 'apartment apartments apt apto flat unit house suite room condo townhouse'.split(' '),
    between: 'number num nr is its it was in the of'.split(' '),
    pointers: 'for to in at the number into'.split(' '),
    blocks: 'block tower building wing bldg'.split(' '),
    letters: { bee: 'B', cee: 'C', see: 'C', dee: 'D', eff: 'F', gee: 'G' },
    towers: ['north', 'south', 'east', 'west'],
    notBefore: 'since year day about around almost have has brought got floor'.split(' '),
    labels:
      'order code phone mobile id plate passport invoice protocol pin extension street avenue route'.split(
        ' ',
      ),
    notAfter: (
      'am pm oclock hours hour minutes minute mins min seconds days day weeks week months years year dollars bucks pounds ' +
      'packages package parcels parcel boxes box pizzas pizza bags bag people guests visitors friends floor floors st nd rd th times letters ' +
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
  },
  negations: ['not', 'isnt', 'no', 'dont'],
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
      'meeting',
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
  names: {
    visitor: [
      'my name is',
      'my names',
      'the names',
      'name is',
      'i am called',
      'im called',
      'this is',
      'i am',
      'im',
      'its',
      'it is',
      'call me',
    ],
    resident: [
      'here to see',
      'to see',
      'seeing',
      'visit',
      'visiting',
      'looking for',
      'speak to',
      'speak with',
      'talk to',
      'talk with',
      'to meet',
      'meet with',
      'meeting',
      'delivery for',
      'delivery to',
      'package for',
      'parcel for',
      'order for',
      'pizza for',
      'addressed to',
      'resident',
      'for',
      'to',
      'see',
      ...relations.map((relation) => `${relation} of`),
    ],
    titles: [
      'mr',
      'mrs',
      'ms',
      'miss',
      'mister',
      'missus',
      'dr',
      'doctor',
      'sir',
      'madam',
      'lady',
      'the resident',
      'my',
      'a',
      ...relations,
    ],
    particles: ['de', 'da', 'do', 'dos', 'das', 'van', 'von', 'del'],
    afterParticle: [
      'silva',
      'costa',
      'santos',
      'reis',
      'souza',
      'oliveira',
      'cruz',
      'berg',
      'gogh',
    ],
    origins: ['from', 'with', 'of', 'in', 'at'],
    others: (
      'um uh hmm hm mm er huh oh ah wow hi hello hey good morning afternoon evening night please thanks thank you i im am is are was be been being its it he she they we ' +
      'here there this that these those the a an and or but so just now today with from of in on at by up down out off into to for as ' +
      'my your his her their our me him them us who what which where when why how yes no not ok okay well sure right ' +
      'have has had got get getting go going gone come came coming want wants wanted need needs would like could can may might will ' +
      'do does did let make take bring brought bringing give gave leave left drop dropping pick picking see talk speak meet visit check ' +
      'open gate door entrance lobby reception concierge doorman porter security building apartment flat unit house floor name ' +
      'deliver delivering fix repair install clean read look looking some someone somebody anyone everyone one ' +
      'man woman guy lady person people boy girl kid sir madam resident owner tenant manager janitor super boss ' +
      'water gas internet cable tv phone air conditioner heater shower sink fridge washer stove leak furniture lights ' +
      'expecting waiting late early ready again back sorry mean actually about because if then'
    ).split(' '),
    endings: ['ing'],
    infinitives: [],
    likeInfinitives: [],
  },
}
