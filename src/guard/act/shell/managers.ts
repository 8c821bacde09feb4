import { set } from '../../../formats/kit/tool-name/words.ts'

export interface Manager {
  /** Subcommands that install what they name. */
  install: string
  /** Subcommands that run what they name from afar. */
  fetchRun?: string
  /** Subcommands that run the command that follows, inside the project's environment. */
  within?: string
  /** Subcommands by which the project runs, tests, builds or checks itself. */
  project?: string
  look?: string
  publish?: string
  /** Change an account, a configuration or a login. */
  standing?: string
  remove?: string
  /** Change what others may rely on. */
  service?: string
  taking?: string
  /** Subcommands whose options come before what they are about, and the only ones of these options that take no value. */
  flagged?: { of: string; flags: string }
}

/** Package managers and build tools by what their subcommands do. `*` stands for every other one. */
export const managers: Readonly<Record<string, Manager>> = {
  npm: {
    install: 'install i add isntall in ins update up upgrade link',
    fetchRun: 'exec x init create',
    project:
      'run run-script test t tst start stop restart ci clean-install build rebuild audit dedupe prune pack version shrinkwrap install-test it fund',
    look: 'ls list ll la view info show outdated search explain why help root prefix bin docs repo ping doctor -v --version',
    publish: 'publish unpublish deprecate dist-tag',
    standing: 'login logout adduser token owner access config set org team hook profile star unstar trust',
    remove: 'uninstall remove rm un r unlink cache',
    taking: '-w --workspace --prefix -C --loglevel',
  },
  yarn: {
    install: 'add upgrade up',
    fetchRun: 'dlx create',
    within: 'exec',
    project: '* install run test build start workspace workspaces',
    look: 'list info why outdated versions --version help',
    publish: 'publish npm',
    standing: 'login logout config owner tag',
    remove: 'remove cache',
    taking: '--cwd',
  },
  pip: {
    install: 'install download wheel',
    look: 'list show freeze check search index debug help --version cache inspect',
    standing: 'config',
    remove: 'uninstall',
    project: '',
    taking: '-r --requirement -c --constraint -t --target --prefix --root -p --platform --python-version',
  },
  uv: {
    install: 'add tool',
    within: 'run',
    project: 'sync lock build venv init export format python',
    look: 'tree version help --version cache',
    publish: 'publish',
    standing: 'auth',
    remove: 'remove',
    taking: '--with --python -p --directory --project --group --extra',
  },
  poetry: {
    install: 'add',
    within: 'run',
    project: 'install build lock check update init new env shell version',
    look: 'show search about help --version',
    publish: 'publish',
    standing: 'config source self',
    remove: 'remove',
    taking: '-C --directory',
  },
  cargo: {
    install: 'install add binstall',
    project:
      'build b test t run r check c clippy fmt bench doc clean fix update generate-lockfile fetch nextest vendor init new',
    look: 'search tree metadata --version version help locate-project read-manifest',
    publish: 'publish yank',
    standing: 'login logout owner',
    remove: 'remove rm uninstall',
  },
  go: {
    install: 'install get',
    project: 'build test vet fmt generate mod clean work tool',
    look: 'list doc env version help',
    taking: '-C',
  },
  gem: {
    install: 'install update i fetch',
    look: 'list search info specification help environment',
    publish: 'push yank',
    standing: 'signin signout owner sources',
    remove: 'uninstall cleanup',
    project: 'build',
  },
  bundle: {
    install: 'add',
    within: 'exec',
    project: 'install update check lock clean package binstubs',
    look: 'list show info outdated',
    standing: 'config',
    remove: 'remove',
  },
  composer: {
    install: 'require create-project global',
    project: 'install update test run run-script dump-autoload validate check-platform-reqs',
    look: 'show outdated why search',
    standing: 'config',
    remove: 'remove',
    publish: '',
    within: 'exec',
  },
  dotnet: {
    install: 'add tool',
    project: 'build test run restore publish clean format pack watch new sln msbuild',
    look: 'list --info --version',
    publish: 'nuget',
    standing: 'user-secrets',
    remove: 'remove',
  },
  brew: {
    install: 'install upgrade reinstall tap bundle',
    look: 'list info search outdated deps uses config doctor',
    remove: 'uninstall remove cleanup',
    standing: 'services',
    project: 'update',
  },
  apt: {
    install: 'install upgrade full-upgrade dist-upgrade reinstall build-dep',
    look: 'list show search policy cache',
    remove: 'remove purge autoremove clean',
    project: 'update',
    standing: 'edit-sources',
    taking: '-o -t -c',
  },
  docker: {
    install: 'run pull create load import',
    project: 'build buildx compose wait bake',
    service: 'start stop restart pause unpause rename commit tag cp update',
    look: 'ps ls images logs inspect version info stats top port diff history events search context',
    publish: 'push',
    standing: 'login logout swarm service stack secret config plugin update',
    remove: 'rm rmi prune system volume network container image kill',
    // From docker(1): what begins with a dash takes a value but for these.
    flagged: {
      of: 'run create exec pull',
      flags:
        '-d --detach -i --interactive -t --tty --rm --privileged -P --publish-all --init --read-only --no-healthcheck --oom-kill-disable --sig-proxy --disable-content-trust --use-api-socket -q --quiet -a --all-tags --help --replace --rmi --tls-verify',
    },
    taking:
      '-v --volume -e --env -p --publish --name -w --workdir -f --file --network -u --user --entrypoint -t --tag --mount',
  },
}
/** Managers whose subcommands read like another's. */
export const alike: Readonly<Record<string, string>> = {
  pnpm: 'yarn',
  bun_pm: 'yarn',
  pip3: 'pip',
  pipx: 'uv',
  conda: 'apt',
  mamba: 'apt',
  'apt-get': 'apt',
  yum: 'apt',
  dnf: 'apt',
  apk: 'apt',
  pacman: 'apt',
  zypper: 'apt',
  port: 'brew',
  choco: 'brew',
  winget: 'brew',
  scoop: 'brew',
  snap: 'apt',
  flatpak: 'apt',
  podman: 'docker',
  nerdctl: 'docker',
  pipenv: 'poetry',
  pdm: 'poetry',
  hatch: 'poetry',
  rye: 'poetry',
  rustup: 'apt',
  nvm: 'apt',
  gh_extension: 'brew',
  cpan: 'gem',
  cabal: 'cargo',
  stack: 'cargo',
  opam: 'apt',
  luarocks: 'gem',
  helm_plugin: 'apt',
}

/** Test runners, compilers, linters, formatters and builders: they run what the project declares. */
export const projectRunners =
  set(`make gmake cmake ctest ninja meson bazel bazelisk buck2 just task rake tox nox pytest py.test unittest mvn mvnw gradle gradlew sbt ant lein mix
  rebar3 tsc tsserver eslint prettier biome oxlint vitest jest mocha ava tap c8 nyc playwright cypress karma webpack vite rollup rolldown esbuild parcel tsup swc turbo nx lerna
  rushx next nuxt astro ruff black isort mypy pyright flake8 pylint bandit coverage pre-commit rspec rubocop standardrb phpunit phpstan psalm pint artisan swift xcodebuild xcrun
  clang clang-tidy clang-format gcc g++ cc c++ ld rustc rustfmt gofmt golangci-lint staticcheck javac kotlinc scalac ghc shellcheck shfmt hadolint yamllint markdownlint
  stylelint knip depcheck depcruise tslint typedoc sphinx-build mkdocs docusaurus hugo jekyll storybook nodemon concurrently wait-on rails django-admin flask uvicorn gunicorn
  alembic manage.py dbt terraform-docs tflint protoc buf sqlc prisma drizzle-kit husky lint-staged commitlint changeset vale typos codespell latexmk pdflatex pandoc
  convert magick ffmpeg ffprobe`)
