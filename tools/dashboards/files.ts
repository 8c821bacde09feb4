import { grafanaRules, prometheusRules } from './alerts.ts'
import { agent } from './boards/agent.ts'
import { detectors } from './boards/detectors.ts'
import { fleet } from './boards/fleet.ts'
import { pipeline } from './boards/pipeline.ts'
import { processBoard } from './boards/process.ts'
import { response } from './boards/response.ts'
import { type Board, dashboard } from './dashboard.ts'
import { panelOf, runbooks, runbooksBoard } from './runbooks.ts'

/** The dashboards that ask something; the runbooks are one more. */
export const boards: readonly Board[] = [fleet, agent, detectors, response, pipeline, processBoard]

/** Every generated file, by path from the root of the checkout. */
export function generated(root: string): Map<string, string> {
  const sections = runbooks(root)
  const files = new Map<string, string>()
  for (const board of [...boards, runbooksBoard(sections)])
    files.set(`dashboards/${board.uid.replace('rescind-', '')}.json`, `${JSON.stringify(dashboard(board), null, 2)}\n`)
  files.set('dashboards/alerts/rescind.rules.yml', prometheusRules(panelOf(sections)))
  files.set('deploy/grafana/provisioning/alerting/rescind.yml', grafanaRules(panelOf(sections)))
  return files
}
