import { relations } from './people-en.ts'
import type { NameWords } from './visit-words.ts'

export const nameWordsEn: NameWords = {
  visitor: [
    'my name is',
    'my names',
    'the names',
    'name is',
    'my name isnt',
    'my name is not',
    'im not',
    'i am not',
    'i am called',
    'im called',
    'this is',
    'i am',
    'im',
    'its',
    'it is',
    'call me',
  ],
  visitorFirst: [],
  afterVisitor: ['here', 'speaking'],
  resident: [
    'here to see',
    'to see',
    'seeing',
    'visit',
    'visiting',
    'looking for',
    'call',
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
  afterResident: [
    'is expecting me',
    'is waiting for me',
    'is waiting',
    'expects me',
    'called me',
    'invited me',
    'asked me',
    'ordered',
  ],
  copulas: ['is', 'its', 'it', 'im'],
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
    'family',
    ...relations,
  ],
  particles: ['de', 'da', 'do', 'dos', 'das', 'van', 'von', 'del'],
  afterParticle: ['silva', 'costa', 'santos', 'reis', 'souza', 'oliveira', 'cruz', 'berg', 'gogh'],
  origins: ['from', 'with', 'of', 'in', 'at'],
  others: (
    'client customer patient student driver meeting pool gym garage parking lobby lunch dinner breakfast work job appointment mine ' +
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
  likeVerbs: [],
}
