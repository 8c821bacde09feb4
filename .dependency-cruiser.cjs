/**
 * Import directions of the tree (CONTRIBUTING.md). `may` says what each folder imports besides itself; everything else
 * is forbidden. Packages are held the same way where purity asks for it.
 */
const core = ['model', 'flow', 'detect', 'policy', 'formats', 'stages']
const shared = ['errors', 'telemetry']

const may = {
  model: [],
  flow: ['model'],
  detect: ['model', 'flow'],
  policy: ['model'],
  formats: ['model'],
  ports: ['model'],
  protocol: ['model', 'policy'],
  stages: ['model', 'flow', 'detect', 'policy', 'formats'],
  topology: core,
  runtime: [...core, 'topology', 'ports', 'protocol', ...shared],
  edges: ['model', 'ports', ...shared],
  channels: ['model', 'policy', 'ports', 'runtime', 'protocol', ...shared],
  config: ['model', 'policy', 'detect', ...shared],
  guard: ['model', 'flow', 'detect', 'policy', 'protocol', 'stages', 'formats', 'topology', ...shared],
  api: [...core, 'topology', 'ports', 'runtime', 'channels', 'protocol', 'config', ...shared],
  cli: [...core, 'topology', 'ports', 'protocol', 'runtime', 'api', 'config', 'guard', 'compose', ...shared],
  telemetry: ['model', ...shared],
  errors: [],
}

/** The same within the guard: what it decides knows neither how calls come in (`doors`) nor what MCP calls them (`mcp`). */
const mayInGuard = {
  identity: [],
  act: ['identity'],
  provenance: ['act', 'identity'],
  memory: ['provenance'],
  core: ['act', 'identity', 'provenance', 'memory'],
  net: [],
  link: ['core', 'net'],
  doors: ['identity', 'net'],
  mcp: ['doors', 'core', 'act', 'identity', 'provenance'],
}

/** Packages that pure code may use; no other, and nothing of Node's. */
const pure = {
  model: ['typebox', '@noble/hashes'],
  flow: [],
  detect: ['typebox', 'simple-statistics'],
  policy: ['typebox'],
  protocol: ['typebox'],
  formats: ['typebox', '@noble/hashes'],
  ports: [],
  stages: ['@noble/hashes'],
  topology: [],
}

const at = (name) => `^src/${name}(/|\\.ts$)`

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(may).map(([name, allowed]) => ({
      name: `${name}-imports`,
      comment: `src/${name} imports ${allowed.length === 0 ? 'only itself' : `itself and ${allowed.join(', ')}`}.`,
      severity: 'error',
      from: { path: at(name) },
      to: {
        path: '^(src|bench|test|tools)/',
        pathNot: [name, ...allowed].map(at),
      },
    })),
    ...Object.entries(mayInGuard).map(([name, allowed]) => ({
      name: `guard-${name}-imports`,
      comment: `Of the guard, src/guard/${name} imports ${['only itself', ...allowed].join(', ').replace('only itself, ', 'itself and ')}.`,
      severity: 'error',
      from: { path: at(`guard/${name}`) },
      to: { path: '^src/guard/', pathNot: [name, ...allowed].map((each) => at(`guard/${each}`)) },
    })),
    ...Object.entries(pure).map(([name, packages]) => ({
      name: `${name}-is-pure`,
      comment: `src/${name} uses only ${packages.join(', ') || 'the language'}.`,
      severity: 'error',
      from: { path: at(name) },
      to: {
        dependencyTypesNot: ['local', 'localmodule', 'aliased', 'aliased-tsconfig', 'type-only'],
        pathNot: ['^src/', ...packages.map((each) => `^node_modules/${each}/`)],
      },
    })),
    {
      name: 'detectors-use-the-front-door',
      comment: 'A detector is written as an outsider would: rescind/detect and typebox.',
      severity: 'error',
      from: { path: '^detectors/', pathNot: '^detectors/index\\.ts$' },
      to: { pathNot: ['^src/detect/index\\.ts$', '^node_modules/typebox/'] },
    },
    {
      name: 'detectors-list',
      severity: 'error',
      from: { path: '^detectors/index\\.ts$' },
      to: { pathNot: ['^src/detect/index\\.ts$', '^detectors/'] },
    },
    {
      name: 'only-compose-reaches-edges',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(compose|edges)/', '^src/index\\.ts$'] },
      to: { path: '^src/edges/' },
    },
    {
      name: 'edges-are-apart',
      comment: 'One technology never imports another.',
      severity: 'error',
      from: { path: '^src/edges/([^/]+)' },
      to: { path: '^src/edges/', pathNot: '^src/edges/$1' },
    },
    {
      name: 'only-compose-and-guard-name-detectors',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/compose/', '^src/guard/index\\.ts$'] },
      to: { path: '^detectors/' },
    },
    {
      name: 'nothing-imports-compose-but-entries',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(cli/|compose/|index\\.ts$)'] },
      to: { path: '^src/compose/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared',
      comment: 'Code that ships uses only declared dependencies.',
      severity: 'error',
      from: { path: '^(src|detectors)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
}
