import { list, pick, text } from '../hands.ts'
import { found, type Handlers, has } from './kit.ts'

interface Page {
  id: string
  title: string
  url: string
  parent: string
  content: string
}
interface State {
  users: { id: string; name: string; email: string }[]
  pages: Page[]
  comments: { page: string; by: string; text: string }[]
}

export const notion = (state: State): Handlers => {
  const pageOf = (id: string) =>
    found(
      state.pages.find((p) => p.id === id || p.url === id),
      `page ${id}`,
    )
  return {
    'notion-search': (args) => {
      const words = text(args, 'query').split(' ')
      const hits = state.pages
        .map((page) => ({ page, score: words.filter((w) => has(page.title, w)).length }))
        .filter(({ score }) => score > 0)
        .toSorted((a, b) => b.score - a.score)
      return {
        results: hits.map(({ page: { id, title, url, content } }) => ({
          id,
          title,
          url,
          type: 'page',
          highlight: content.slice(0, 120),
        })),
      }
    },
    'notion-fetch': (args) => {
      const page = pageOf(text(args, 'id'))
      const children = state.pages.filter((p) => p.parent === page.id).map(({ id, title, url }) => ({ id, title, url }))
      return { metadata: { type: 'page' }, ...page, children }
    },
    'notion-create-pages': (args) => {
      const parent = text(args, 'parent', 'page_id') || 'root'
      const made = list(args, 'pages').map((page) => {
        const title = text(page, 'properties', 'title')
        const id = `1f0c2d7a9b3e4c58a1d20000000001${String(state.pages.length).padStart(2, '0')}`
        const one = {
          id,
          title,
          url: `https://www.notion.so/kestrelworks/${title.replace(/[^A-Za-z0-9]+/g, '-')}-${id}`,
          parent,
          content: text(page, 'content'),
        }
        state.pages.push(one)
        return { id, url: one.url, properties: { title } }
      })
      return { pages: made }
    },
    'notion-update-page': (args) => {
      const page = pageOf(text(args, 'page_id'))
      const selected = text(args, 'selection_with_ellipsis')
      if (args.command === 'replace_content') page.content = text(args, 'new_str')
      else if (args.command === 'replace_content_range')
        page.content = page.content.replace(selected, () => text(args, 'new_str'))
      else if (args.command === 'insert_content_after')
        page.content = page.content.replace(selected, (at) => `${at}\n${text(args, 'new_str')}`)
      else page.title = text(args, 'properties', 'title') || page.title
      return { page_id: page.id }
    },
    'notion-move-pages': (args) => {
      const parent = pageOf(text(args, 'new_parent', 'page_id'))
      for (const id of list(args, 'page_or_database_ids')) pageOf(String(id)).parent = parent.id
      return { result: `Moved ${list(args, 'page_or_database_ids').length} page(s) to ${parent.title}` }
    },
    'notion-create-comment': (args) => {
      const page = pageOf(text(args, 'parent', 'page_id'))
      const words = list(args, 'rich_text')
        .map((part) => text(part, 'text', 'content'))
        .join('')
      state.comments.push({ page: page.id, by: 'Kestrel Assistant', text: words })
      return { object: 'comment', id: `cm-${state.comments.length}`, parent: pick(args, 'parent') }
    },
    'notion-get-comments': (args) => ({ results: state.comments.filter((c) => c.page === text(args, 'page_id')) }),
    'notion-get-users': () => ({ results: state.users, has_more: false }),
  }
}
