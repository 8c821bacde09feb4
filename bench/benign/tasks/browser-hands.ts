import type { Work } from '../types.ts'

/** The page's element of a role and name, as the last snapshot calls it. */
export const refOf = (snapshot: string, role: string, name: string): string => {
  const line = snapshot.split('\n').find((l) => l.includes(`${role} "${name}`))
  return /\[ref=(\w+)\]/.exec(line ?? '')?.[1] ?? ''
}
/** Links of a snapshot: name and address. */
export const linksOf = (snapshot: string): { name: string; url: string }[] =>
  [...snapshot.matchAll(/link "([^"]+)"[^\n]*\n\s*- \/url: "?([^"\n]+)/g)].map(([, name = '', url = '']) => ({
    name,
    url,
  }))

/** The browser as an agent works with it: each step is followed by a look at the page. */
export function browserOf({ call }: Work) {
  const look = async () => (await call('browser', 'browser_snapshot')).text
  return {
    look,
    open: async (url: string) => {
      await call('browser', 'browser_navigate', { url })
      return look()
    },
    click: async (snapshot: string, role: string, element: string) => {
      await call('browser', 'browser_click', { element, target: refOf(snapshot, role, element) })
      return look()
    },
    back: async () => {
      await call('browser', 'browser_navigate_back')
      return look()
    },
    fill: (snapshot: string, values: Record<string, string>, chosen: Record<string, string> = {}) =>
      call('browser', 'browser_fill_form', {
        fields: [
          ...Object.entries(values).map(([name, value]) => ({
            name,
            type: 'textbox',
            target: refOf(snapshot, 'textbox', name),
            value,
          })),
          ...Object.entries(chosen).map(([name, value]) => ({
            name,
            type: 'combobox',
            target: refOf(snapshot, 'combobox', name),
            value,
          })),
        ],
      }),
    close: () => call('browser', 'browser_close'),
  }
}
