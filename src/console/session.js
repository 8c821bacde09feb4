/**
 * Who looks. The key is kept in sessionStorage: a reload keeps it, other tabs and a closed one do not have it. It is never
 * in an address, where histories and logs would keep it.
 */
const keyName = 'rescind.key'
const personName = 'rescind.by'

let me

export const key = () => sessionStorage.getItem(keyName) ?? undefined
export const enter = (given) => sessionStorage.setItem(keyName, given)
export function leave() {
  sessionStorage.removeItem(keyName)
  me = undefined
}

export const know = (answer) => {
  me = answer
}
export const whoIs = () => me

/** Why the person may not, in words; undefined when they may. */
export function lacks(scope) {
  if (me === undefined || me.scopes.includes(scope)) return undefined
  return `Your token lacks the scope ${scope}. Ask whoever issues it.`
}

/** With the local key the person says who they are. */
export const person = () => sessionStorage.getItem(personName) ?? ''
export const remember = (name) => sessionStorage.setItem(personName, name)
