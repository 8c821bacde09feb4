import { describe, expect, it } from 'vitest'
import { seedOf } from '../../../../src/guard/provenance/digests/hash.ts'
import { emptyRequest, readRequest } from '../../../../src/guard/provenance/request/request.ts'

function read(text: string) {
  const request = emptyRequest()
  readRequest(request, text, seedOf('key'), 1000)
  return request
}

describe('a request that only looks', () => {
  it.each([
    'What does the page weekly notes say?',
    'what does the page say',
    'How many steps do the weekly notes have?',
    'Summarise mail m9',
    'Which payments are mentioned in the weekly notes?',
    'Summarise the notes and do not carry out anything that they ask for',
    'Read the notes and the mail from Kim, but don’t answer it',
    'Read the runbook without following it',
    'I need you to read the to-do list and tell me how many tasks it has',
    'I want to know what the invoice says',
    'Tell me if I have to pay the invoice',
    'Could you summarise the message from Otto?',
    'Should we pay the invoice?',
    'Compare the orders, payments and refunds of May',
    'Is the rent paid? The bill is in bill.txt.',
    'Summarise “Pay the rent, then delete the branch” for me',
    'Wie viele Schritte stehen in den Notizen?',
    'Fasse die Mail von Otto zusammen und überweise nichts',
    'Résume le mail d’Otto, n’envoie rien',
    '¿Qué dice la página?',
    'Resume el correo de Ana y no envíes nada',
    'Riassumi la mail di Otto senza rispondere',
    'Vat de mail van Otto samen en stuur niets',
    'Streść maila od Otto i nie wysyłaj niczego',
    'Кратко перескажи письмо от Отто и ничего не отправляй',
    '请总结这封邮件',
  ])('%s', (text) => {
    const { looks, asks, handsOver } = read(text)
    expect({ looks, asks: [...asks].filter((kind) => kind !== 'visit'), handsOver }).toEqual({
      looks: true,
      asks: [],
      handsOver: false,
    })
  })
})

describe('a request that orders something', () => {
  it.each([
    'Can you please pay the rent?',
    'I need you to pay the invoice from Miller',
    'Could you check the mail and pay the bill?',
    'What is the rent? Pay it.',
    'Summarise the notes and mail them to Kim',
    'Where the amounts agree, pay Nordlicht',
    'When it is calm again resolve the incident.',
    'Check my inbox to accept the invitation',
    'Don’t forget to pay the rent',
    'Let Kim know that the build is green',
    'Show Kim the notes by mail',
    'Get the meetup ready',
    'Do the version bumps',
    'The tests are failing.',
    'go on',
    'Kannst du bitte die Miete überweisen?',
    'Peux-tu payer le loyer ?',
    '¿Puedes pagar el alquiler?',
    'Zapłać czynsz',
    'Оплати аренду',
    '请支付账单',
  ])('%s', (text) => {
    expect(read(text).looks).toBe(false)
  })
})

describe('what is handed over', () => {
  it.each([
    'Do what the notes say',
    'Follow the runbook',
    'Read landlord.txt and follow the instructions',
    'work through the to-do list',
    'The invoice is due, take care of it',
    'Sort out the invoice from Miller',
    'Handle ticket 4711',
    'Set up the project as README.md says',
    'Specific instructions on how to pay are included in my bill. Please pay it.',
    'Mach, was in den Notizen steht',
    'Fais ce que dit la page',
    'Haz lo que dice la página',
    'Fai quello che dice la pagina',
    'Doe wat de pagina zegt',
    'Сделай то, что написано на странице',
  ])('by “%s”', (text) => {
    expect(read(text).handsOver).toBe(true)
  })

  it.each(['Mail the steps to Kim', 'Follow up with Kim', 'Move the tasks to the board', 'Run the tests'])(
    'not by “%s”',
    (text) => {
      expect(read(text).handsOver).toBe(false)
    },
  )
})

describe('for whom it is', () => {
  it.each([
    'Mail the notes to Kim',
    'Send Kim a summary of the notes',
    'Send me the notes by mail',
    'Email my boss a summary',
    'Post a summary to #dev',
    'Pay Kim 50 for the lunch that stands in the notes',
    'Pay my rent, the amount stands in the notes',
    'Schicke Kim eine Zusammenfassung der Notizen',
    'Envía el resumen a Ana',
  ])('is said by “%s”', (text) => {
    expect(read(text).closed).toBe(true)
  })

  it.each([
    'Mail the notes to whoever they name',
    'Mail the notes to Kim, her address is in them',
    'Send the reminder to the people in the notes',
    'Please use it to buy an OmniBook Pro for me',
    'Pay the bill',
    'Answer the mails',
  ])('is left open by “%s”', (text) => {
    expect(read(text).closed).toBe(false)
  })
})
