/**
 * Hosts that many people share, and where in the path it stands whose space it is. A template's `:x` is kept, `*` is any one part, the
 * rest is literal; the first that fits counts. `as` names the service where several hosts are one. From the services' public URLs.
 */
export interface Space {
  hosts: readonly string[]
  as?: string
  paths: readonly string[]
  /** A query's parameter that names the space. */
  query?: readonly string[]
}

/** Each customer has a host below these, and the public suffix list does not say so. */
export const tenants: readonly string[] =
  `slack.com atlassian.net sharepoint.com zendesk.com service-now.com okta.com auth0.com
  freshdesk.com salesforce.com force.com substack.com webhook.office.com logic.azure.com myworkday.com bamboohr.com gitbook.io
  typeform.com surveymonkey.com monday.com jotform.com readthedocs.io snowflakecomputing.com databricks.com visualstudio.com
  webhook.site hooks.zapier.com requestbin.com beeceptor.com mockapi.io`.split(/\s+/)

const forge = ['/:owner']

export const spaces: readonly Space[] = [
  {
    hosts: ['github.com', 'raw.githubusercontent.com', 'codeload.github.com', 'media.githubusercontent.com'],
    as: 'github.com',
    paths: ['/orgs/:owner', '/users/:owner', '/sponsors/:owner', ...forge],
  },
  {
    hosts: ['api.github.com', 'uploads.github.com'],
    as: 'github.com',
    paths: ['/repos/:owner', '/orgs/:owner', '/users/:owner'],
  },
  { hosts: ['gist.github.com', 'gist.githubusercontent.com'], as: 'github.com', paths: forge },
  { hosts: ['gitlab.com'], paths: ['/api/v4/*/:owner', '/groups/:owner', ...forge] },
  {
    hosts: ['bitbucket.org', 'api.bitbucket.org'],
    as: 'bitbucket.org',
    paths: ['/2.0/*/:owner', '/workspaces/:owner', ...forge],
  },
  { hosts: ['codeberg.org', 'gitea.com', 'gitee.com'], paths: ['/api/v1/repos/:owner', ...forge] },
  { hosts: ['git.sr.ht', 'paste.sr.ht'], as: 'sr.ht', paths: forge },
  { hosts: ['dev.azure.com'], paths: forge },
  { hosts: ['huggingface.co'], paths: ['/datasets/:o', '/spaces/:o', '/api/*/:o', '/:o'] },
  { hosts: ['hub.docker.com'], paths: ['/r/:o', '/u/:o', '/v2/repositories/:o'] },
  {
    hosts: ['docs.google.com', 'drive.google.com', 'script.google.com', 'drive.usercontent.google.com'],
    as: 'docs.google.com',
    paths: ['/*/d/e/:id', '/*/u/*/d/:id', '/*/d/:id', '/drive/folders/:id', '/drive/u/*/folders/:id', '/macros/s/:id'],
    query: ['id'],
  },
  { hosts: ['sites.google.com'], paths: ['/view/:site', '/*/:site'] },
  { hosts: ['storage.googleapis.com'], as: 'gs', paths: ['/*/storage/v1/b/:b', '/storage/v1/b/:b', '/:b'] },
  { hosts: ['storage.cloud.google.com'], as: 'gs', paths: ['/:b'] },
  { hosts: ['firebasestorage.googleapis.com'], as: 'gs', paths: ['/v0/b/:b'] },
  {
    hosts: ['notion.so', 'www.notion.so', 'notion.com', 'www.notion.com'],
    as: 'notion.so',
    paths: ['/p/:space', '/:space'],
  },
  {
    hosts: ['dropbox.com', 'www.dropbox.com', 'dl.dropboxusercontent.com'],
    as: 'dropbox.com',
    paths: ['/scl/*/:id', '/request/:id', '/*/:id'],
  },
  { hosts: ['app.box.com'], paths: ['/s/:id', '/*/:id'] },
  { hosts: ['onedrive.live.com', '1drv.ms'], paths: ['/*/*/:id', '/*/:id'], query: ['id', 'resid', 'cid'] },
  {
    hosts: ['figma.com', 'www.figma.com', 'trello.com', 'miro.com', 'www.canva.com'],
    paths: ['/app/board/:id', '/*/:id'],
  },
  { hosts: ['airtable.com', 'api.airtable.com'], as: 'airtable.com', paths: ['/v0/:base', '/:base'] },
  { hosts: ['hooks.slack.com'], paths: ['/*/:team'] },
  { hosts: ['app.slack.com'], paths: ['/client/:team'] },
  {
    hosts: ['discord.com', 'discordapp.com'],
    as: 'discord.com',
    paths: ['/api/webhooks/:id', '/api/*/webhooks/:id', '/*/:id'],
  },
  { hosts: ['api.telegram.org', 't.me', 'telegram.me', 'discord.gg', 'chat.whatsapp.com', 'wa.me'], paths: ['/:name'] },
  {
    hosts: ['ntfy.sh', 'maker.ifttt.com', 'eo.pipedream.net', 'hook.us1.make.com', 'hook.eu1.make.com'],
    paths: ['/:topic'],
  },
  {
    hosts:
      `pastebin.com paste.ee hastebin.com dpaste.com dpaste.org rentry.co rentry.org paste.rs bpa.st ix.io 0x0.st termbin.com
      ghostbin.com controlc.com justpaste.it paste.mozilla.org paste.debian.net paste.ubuntu.com transfer.sh file.io gofile.io
      filebin.net catbox.moe files.catbox.moe wetransfer.com we.tl mega.nz anonfiles.com temp.sh`.split(/\s+/),
    paths: ['/raw/:id', '/p/:id', '/r/:id', '/d/:id', '/file/:id', '/folder/:id', '/:id'],
  },
  {
    hosts:
      `bit.ly tinyurl.com t.co goo.gl forms.gle is.gd buff.ly cutt.ly rb.gy ow.ly shorturl.at lnkd.in youtu.be`.split(
        /\s+/,
      ),
    paths: ['/:code'],
  },
  {
    hosts: `x.com twitter.com medium.com facebook.com www.facebook.com instagram.com www.instagram.com www.tiktok.com
      keybase.io dev.to linktr.ee patreon.com www.patreon.com paypal.me ko-fi.com buymeacoffee.com calendly.com`.split(
      /\s+/,
    ),
    paths: ['/:who'],
  },
  {
    hosts: `www.linkedin.com linkedin.com www.reddit.com reddit.com old.reddit.com www.youtube.com youtube.com
      www.npmjs.com pypi.org www.kaggle.com www.paypal.com`.split(/\s+/),
    paths: ['/*/:who', '/:who'],
    query: ['v', 'list'],
  },
]
