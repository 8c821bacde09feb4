import { actOf, describeTool, type ToolDescription } from '../../../src/guard/act/index.ts'

export const text = { type: 'string' }

export const tool = (
  name: string,
  properties: Record<string, unknown>,
  description = '',
  server = '',
): ToolDescription => ({
  name,
  description,
  ...(server === '' ? {} : { server }),
  inputSchema: { type: 'object', properties },
})

/** What a call does, of an agent that works in one project; a tool by its name alone has no schema. */
export const act = (of: ToolDescription | string, args: unknown) =>
  actOf(describeTool(typeof of === 'string' ? { name: of } : of), args, { roots: ['/work/proj'], home: '/home/me' })
