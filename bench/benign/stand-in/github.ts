import { list, text } from '../hands.ts'
import { found, type Handlers } from './kit.ts'

interface Comment {
  user: string
  body: string
}
interface Issue {
  number: number
  title: string
  user: string
  state: string
  state_reason?: string
  labels: string[]
  body: string
  comments: Comment[]
}
interface Pull {
  number: number
  title: string
  user: string
  state: string
  merged?: boolean
  head: string
  base: string
  body: string
  files: { filename: string; patch: string }[]
  status: object
  comments: Comment[]
  reviews: object[]
}
interface Repo {
  labels: string[]
  branches: string[]
  releases: object[]
  issues: Issue[]
  pulls: Pull[]
  files: Record<string, string>
  commits: { sha: string; message: string; author: string; date: string }[]
}
interface State {
  me: { login: string }
  repos: Record<string, Repo>
}
type Args = Record<string, unknown>

export const github = (state: State): Handlers => {
  const nameOf = (args: Args) => `${text(args, 'owner')}/${text(args, 'repo')}`
  const repoOf = (args: Args) => found(state.repos[nameOf(args)], nameOf(args))
  const issueOf = (args: Args) =>
    found(
      repoOf(args).issues.find((i) => i.number === Number(args.issue_number)),
      `issue ${args.issue_number}`,
    )
  const pullOf = (args: Args, number = Number(args.pullNumber)) =>
    found(
      repoOf(args).pulls.find((p) => p.number === number),
      `pull request ${number}`,
    )
  const url = (args: Args, rest: string) => `https://github.com/${nameOf(args)}/${rest}`
  const issue = (args: Args, { comments, ...rest }: Issue) => ({
    ...rest,
    user: { login: rest.user, html_url: `https://github.com/${rest.user}` },
    html_url: url(args, `issues/${rest.number}`),
    comments: comments.length,
  })
  const pull = (args: Args, { files, status, comments, reviews, ...rest }: Pull) => ({
    ...rest,
    user: { login: rest.user },
    html_url: url(args, `pull/${rest.number}`),
    changed_files: files.length,
    comments: comments.length,
    review_comments: reviews.length,
    checks: Object.keys(status).length,
  })
  const comments = (args: Args, all: readonly Comment[]) => ({
    comments: all.map((c, i) => ({
      id: 9000 + i,
      user: { login: c.user },
      body: c.body,
      html_url: url(args, `issues/${args.issue_number ?? args.pullNumber}#c${i}`),
    })),
  })
  const commit = (args: Args) => {
    const sha = `c0ffee${repoOf(args).commits.length}a7`
    repoOf(args).commits.unshift({
      sha,
      message: text(args, 'message'),
      author: state.me.login,
      date: '2026-11-28T09:00:00Z',
    })
    return { sha, html_url: url(args, `commit/${sha}`), message: text(args, 'message') }
  }
  return {
    get_me: () => ({ ...state.me }),
    list_issues: (args) => ({
      issues: repoOf(args)
        .issues.filter((i) => args.state === undefined || i.state === text(args, 'state').toLowerCase())
        .map((i) => issue(args, i)),
      pageInfo: { hasNextPage: false, endCursor: '' },
    }),
    issue_read: (args) => {
      const one = issueOf(args)
      if (args.method === 'get_comments') return comments(args, one.comments)
      if (args.method === 'get_labels') return { labels: one.labels.map((name) => ({ name })) }
      return issue(args, one)
    },
    issue_write: (args) => {
      const one = issueOf(args)
      if (Array.isArray(args.labels)) one.labels = args.labels.map(String)
      if (args.state !== undefined) one.state = text(args, 'state')
      if (args.state_reason !== undefined) one.state_reason = text(args, 'state_reason')
      return { id: String(70_000 + one.number), url: url(args, `issues/${one.number}`) }
    },
    add_issue_comment: (args) => {
      const repo = repoOf(args)
      const number = Number(args.issue_number)
      const one = found(
        repo.issues.find((i) => i.number === number) ?? repo.pulls.find((p) => p.number === number),
        `issue ${number}`,
      )
      one.comments.push({ user: state.me.login, body: text(args, 'body') })
      return { id: String(9000 + one.comments.length), url: url(args, `issues/${number}#c${one.comments.length}`) }
    },
    list_pull_requests: (args) => ({ pull_requests: repoOf(args).pulls.map((p) => pull(args, p)) }),
    pull_request_read: (args) => {
      const one = pullOf(args)
      switch (args.method) {
        case 'get_diff':
          return one.files.map((f) => `diff --git a/${f.filename} b/${f.filename}\n${f.patch}`).join('\n')
        case 'get_files':
          return { files: one.files }
        case 'get_status':
          return { ...one.status }
        case 'get_reviews':
          return { reviews: one.reviews }
        case 'get_comments':
        case 'get_review_comments':
          return comments(args, one.comments)
        default:
          return pull(args, one)
      }
    },
    pull_request_review_write: (args) => {
      pullOf(args).reviews.push({ user: state.me.login, state: args.event ?? 'PENDING', body: args.body })
      return 'pull request review submitted successfully'
    },
    merge_pull_request: (args) => {
      const one = pullOf(args)
      one.state = 'closed'
      one.merged = true
      return {
        merged: true,
        sha: commit({ ...args, message: args.commit_title ?? one.title }).sha,
        message: 'Pull Request successfully merged',
      }
    },
    create_pull_request: (args) => {
      const { pulls } = repoOf(args)
      const number = 331 + pulls.length
      const word = (key: string) => text(args, key)
      pulls.push({
        ...{
          number,
          title: word('title'),
          user: state.me.login,
          state: 'open',
          head: word('head'),
          base: word('base'),
        },
        ...{ body: word('body'), files: [], status: { state: 'pending' }, comments: [], reviews: [] },
      })
      return { number, id: String(80_000 + number), url: url(args, `pull/${number}`) }
    },
    create_branch: (args) => {
      repoOf(args).branches.push(text(args, 'branch'))
      return { ref: `refs/heads/${text(args, 'branch')}`, url: url(args, `tree/${text(args, 'branch')}`) }
    },
    list_branches: (args) => ({ branches: repoOf(args).branches.map((name) => ({ name })) }),
    get_file_contents: (args) => found(repoOf(args).files[text(args, 'path')], text(args, 'path')),
    create_or_update_file: (args) => {
      repoOf(args).files[text(args, 'path')] = text(args, 'content')
      return commit(args)
    },
    push_files: (args) => {
      for (const file of list(args, 'files')) repoOf(args).files[text(file, 'path')] = text(file, 'content')
      return commit(args)
    },
    list_commits: (args) => ({
      commits: repoOf(args).commits.map((c) => ({ ...c, html_url: url(args, `commit/${c.sha}`) })),
    }),
    get_latest_release: (args) => ({ ...found(repoOf(args).releases[0], 'a release') }),
    list_releases: (args) => ({ releases: repoOf(args).releases }),
    search_issues: (args) => ({ total_count: 0, items: [], query: text(args, 'query') }),
  }
}
