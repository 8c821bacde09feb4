import { printable } from '../../identity/index.ts'
import type { ToolPins } from '../pins/index.ts'
import type { ProxyOptions } from '../proxy.ts'
import { explainModels } from './explain-models.ts'
import { eachPage } from './list-tools.ts'
import type { Tools } from './tools.ts'

/** Asks a server for its tools and prints what each is held to do, what its arguments are for, and why. */
export async function explainTools(server: ProxyOptions['server'], tools: Tools): Promise<string> {
  const names: string[] = []
  const notes: string[] = []
  await eachPage(server, (page) => {
    notes.push(...tools.learn(page))
    for (const { name } of page.tools) names.push(name)
  })
  return [explainModels(names, tools), ...notes.map((each) => printable(each))].join('\n')
}

/** Accepts the tools of a server as it describes them now; answers what was new in them, in words. */
export async function acceptTools(server: ProxyOptions['server'], pins: ToolPins): Promise<string> {
  const names: string[] = []
  const news: string[] = []
  await eachPage(server, (page, serverName) => {
    for (const { because } of pins.learn(page, serverName)) news.push(because)
    for (const { name } of page.tools) names.push(name)
  })
  pins.accept()
  return [...news, `${names.length} tools accepted: ${names.map((name) => printable(name, 60)).join(', ')}`].join('\n')
}
