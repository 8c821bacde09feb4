/**
 * Places on a disk where what is written acts later by itself, or gives a right. One row per kind; patterns are of a normalised
 * lower-case path with `/`. Where a kind has both a folder of a person and one of the system, both are in its row.
 */
export interface PathKind {
  kind: string
  pattern: RegExp
}

/** A path ends, or goes on below. */
const rows: readonly (readonly [kind: string, pattern: string])[] = [
  // Read by every shell that starts, or by the session of a desktop.
  [
    'shell profile',
    '/\\.(?:bash|zsh|ksh|csh|tcsh|z|k)?(?:rc|profile|login|logout|shenv|shrc|shprofile)$|/\\.(?:bash|zsh|ksh|csh|tcsh|z|k)env$',
  ],
  [
    'shell profile',
    '/\\.(?:bash_profile|bash_login|bash_logout|bash_aliases|zprofile|zlogin|zshenv|profile|inputrc|xprofile|xinitrc|xsessionrc|pam_environment|envrc)$',
  ],
  [
    'shell profile',
    '^/etc/(?:profile|bash\\.bashrc|bashrc|zsh/|zshrc|environment|profile\\.d/)|/\\.config/(?:fish|nushell|powershell)/|/powershell/[^/]*profile\\.ps1$',
  ],
  [
    'startup',
    '/\\.config/autostart/|/start menu/programs/startup/|^/etc/(?:xdg/autostart|rc\\.local$|rc\\d?\\.d/|init\\.d/|inittab$)',
  ],
  ['schedule', '^/(?:etc/cron|var/spool/(?:cron|at))|/crontabs?(?:/|$)|^/etc/anacrontab$|/windows/system32/tasks/'],
  [
    'service',
    '/systemd/(?:system|user)/|/library/launch(?:agents|daemons)/|/etc/(?:supervisor|monit)|\\.(?:service|timer|socket)$',
  ],
  // Run by version control, by whoever commits, pulls or builds.
  [
    'hook',
    '(?:^|/)\\.git/(?:hooks/|config$|info/attributes$|modules/.*/hooks/)|(?:^|/)(?:\\.husky|\\.githooks)/|(?:^|/)(?:\\.pre-commit-config\\.ya?ml|lefthook\\.ya?ml|\\.gitconfig|\\.gitmodules)$|/\\.config/git/',
  ],
  [
    'build pipeline',
    '(?:^|/)\\.(?:github|gitea|forgejo)/(?:workflows|actions)/|(?:^|/)\\.(?:circleci|buildkite|woodpecker|gitlab/ci|azure-pipelines)/|(?:^|/)(?:\\.gitlab-ci\\.yml|\\.travis\\.yml|\\.drone\\.yml|jenkinsfile[^/]*|azure-pipelines\\.ya?ml|bitbucket-pipelines\\.yml|appveyor\\.yml|cloudbuild\\.ya?ml|buildspec\\.ya?ml)$',
  ],
  // Give a right, or are one.
  // Whose consent a change needs.
  ['rights', '(?:^|/)codeowners$'],
  [
    'credentials',
    '/\\.(?:ssh|gnupg|aws|azure|kube|docker|oci|password-store)/|/\\.config/(?:gcloud|gh|hub|op|rclone)/|(?:^|/)(?:\\.netrc|_netrc|\\.pgpass|\\.my\\.cnf|\\.git-credentials|\\.vault-token|authorized_keys\\d?|known_hosts|id_[a-z0-9]+)$',
  ],
  [
    'rights',
    '^/etc/(?:passwd|shadow|group|gshadow|sudoers|sudoers\\.d/|pam\\.d/|ssh/|security/|polkit-1/|hosts$|hosts\\.(?:allow|deny)$|resolv\\.conf$|ld\\.so\\.preload$|ld\\.so\\.conf)',
  ],
  // Say where packages come from and what runs when they are installed.
  [
    'package source',
    '/\\.(?:npmrc|yarnrc(?:\\.yml)?|pypirc|condarc|gemrc|cargo/config(?:\\.toml)?|cargo/credentials(?:\\.toml)?|m2/settings\\.xml|gradle/(?:init\\.d/|gradle\\.properties$))|/(?:\\.?pip|\\.config/pip)/pip\\.(?:conf|ini)$|^/etc/(?:apt|yum|yum\\.repos\\.d|pip\\.conf|npmrc)|/sitecustomize\\.py$|/usercustomize\\.py$|\\.pth$',
  ],
  // Read by agents and assistants as if their principal had said it, or as what they may start.
  [
    'agent instructions',
    '(?:^|/)(?:agents?|claude|gemini|copilot|codex|qwen|crush|warp|skill)(?:\\.local|\\.override)?\\.md$|(?:^|/)\\.(?:cursor|windsurf|cline|roo|kiro|continue|codex|gemini|claude|aider|amazonq|junie|trae|augment|goose|opencode)(?:/|rules?$|[^/]*\\.conf|[^/]*\\.ya?ml)|(?:^|/)\\.(?:cursorrules|windsurfrules|clinerules|goosehints|rules)$|(?:^|/)(?:copilot-instructions|[^/]*\\.instructions|[^/]*\\.prompt)\\.md$|(?:^|/)[^/]*mcp[^/]*\\.(?:json|toml|ya?ml)$|claude_desktop_config\\.json$',
  ],
  // Run by an editor when a folder is opened.
  [
    'editor task',
    '(?:^|/)\\.vscode/(?:tasks|settings|launch|extensions)\\.json$|(?:^|/)\\.idea/(?:workspace|runconfigurations)|(?:^|/)\\.devcontainer|/\\.(?:vimrc|emacs|config/nvim/|vim/|emacs\\.d/)',
  ],
  // Loaded by browsers and interpreters of others.
  [
    'system program',
    '^/(?:usr/)?(?:local/)?s?bin/|^/(?:usr/)?(?:local/)?lib(?:exec|64|32)?/|^/(?:boot|dev|proc|sys)/|/windows/(?:system32|syswow64)/|^[a-z]:/program files',
  ],
]

/** Files that hold credentials, wherever they lie; a template holds none. */
const secretFile =
  /(?:^|\/)\.env(?:\.(?!example|sample|template|dist|defaults?)[\w-]+)?$|\.(?:pem|p12|pfx|jks|keystore|kdbx?|ppk)$|^\/etc\/g?shadow$|(?:^|\/)(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|env|txt))?$/

export const pathKinds: readonly PathKind[] = rows.map(([kind, pattern]) => ({ kind, pattern: new RegExp(pattern) }))

/** Scratch of every system: what is written there is meant to go away. */
export const scratch =
  /^(?:\/private)?\/(?:tmp|var\/tmp|var\/folders|dev\/(?:null|stdout|stderr|tty|fd\/\d+))(?:\/|$)|^[a-z]:\/(?:windows\/temp|users\/[^/]+\/appdata\/local\/temp)(?:\/|$)/

/** What this path names gives a right to whoever has it. */
export function isSecretFile(path: string): boolean {
  const low = path.trim().toLowerCase().replaceAll('\\', '/')
  if (low.length > 1024 || /\s{2}|\n/.test(low)) return false
  const credentials = pathKinds.some(
    ({ kind, pattern }) => kind === 'credentials' && pattern.test(low.replace(/^~?(?=\.\w)/, '/')),
  )
  return (credentials && !low.endsWith('.pub') && !low.endsWith('known_hosts')) || secretFile.test(low)
}
