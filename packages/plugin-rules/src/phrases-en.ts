import type { DialoguePhrases } from './dialogue-phrases.ts'

export const phrasesEn: DialoguePhrases = {
  askUnit: 'Which apartment is it for?',
  askUnitAgain: "I didn't understand. Please say only the apartment number.",
  askUnitEitherWay:
    "I still don't understand. Say the apartment number, or enter it on the keypad and press the pound key.",
  askUnitKeypad: 'Enter the apartment number and press the pound key.',
  askBlockAgain: "I didn't understand. Which block is it?",
  askName: 'What is your name?',
  askReason: 'Is it a delivery, a visit or a service?',
  askNameAndReason: 'What is your name, and is it a delivery, a visit or a service?',
  help: 'Say the apartment number, or enter it on the keypad and press the pound key. To talk to a person, press zero.',
  helpKeypad:
    'Enter the apartment number and press the pound key. To talk to a person, press zero.',
}
