/** Dark or light: as the system has it, until somebody chooses. The choice is no secret and outlives the tab. */
const name = 'rescind.theme'

const chosen = () => localStorage.getItem(name) ?? undefined
export const isDark = () =>
  chosen() === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen() === 'dark'

export function dress() {
  const theme = chosen()
  if (theme === undefined) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

export function toggle() {
  localStorage.setItem(name, isDark() ? 'light' : 'dark')
  dress()
}
