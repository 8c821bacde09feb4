import { expect, it } from 'vitest'
import { actOf, describeTool } from '../../../../src/guard/act/index.ts'

const sinkOf = (name: string, args: object) => actOf(describeTool({ name }), args, { roots: ['/home/ann/app'] }).sink

it('a folder where things act later is only a folder; what is written there is not', () => {
  const path = '/home/ann/app/.github/workflows'
  expect(sinkOf('create_directory', { path })).toBe('own')
  expect(sinkOf('make_folder', { path: '/home/ann/app/.git/hooks' })).toBe('own')
  expect(sinkOf('write_file', { path: `${path}/ci.yml`, content: 'on: push' })).toBe('persistence')
  expect(sinkOf('move_file', { source: '/home/ann/app/x', destination: '/home/ann/app/.git/hooks' })).toBe(
    'persistence',
  )
  expect(sinkOf('create_directory', { path: '/etc/cron.d/x' })).toBe('irreversible')
})
