import { browser } from './tasks/browser.ts'
import { coding } from './tasks/coding.ts'
import { data } from './tasks/data.ts'
import { mail } from './tasks/mail.ts'
import { notes } from './tasks/notes.ts'
import { operations } from './tasks/operations.ts'
import type { AgentScript } from './types.ts'

export const agents: readonly AgentScript[] = [coding, notes, data, mail, browser, operations]
