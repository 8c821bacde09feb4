/** Hosts that every document uses for nobody (RFC 2606), and this machine. */
const nobody = /(?:^|[@.])(?:localhost|127\.0\.0\.1|0\.0\.0\.0|example\.(?:com|org|net))$/

/** An address that something can be sent to: a mailbox, a URL, a phone number, an account. Words are in lower case. */
export function isDestination(word: string): boolean {
  if (/^(?:mailto:)?[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}$/.test(word)) return !isNobody(word)
  const [, host] = /^(?:https?|wss?|ftp):\/\/(?:[^/@\s]{1,128}@)?([\w.-]{1,253})/.exec(word) ?? []
  if (host !== undefined) return !isNobody(host)
  return /^\+\d{7,15}$/.test(word) || /^[a-z]{2}\d{2}[a-z\d]{11,30}$/.test(word) || /^0x[\da-f]{40}$/.test(word)
}

const isNobody = (host: string): boolean => nobody.test(host)

/** A file or folder that a person keeps to themselves: hidden ones, system ones, and those whose name says that they hold secrets. */
export function isPrivatePlace(word: string): boolean {
  if (word.length > 512) return false
  const path = word.replaceAll('\\', '/')
  if (/^(?:https?|wss?):/.test(path)) return false
  if (/^(?:~|\$home|%userprofile%|\/home\/[\w.-]+|\/users\/[\w.-]+|\/root)\/\.?[\w.-]/.test(path)) return true
  if (/^\/(?:etc|proc|var\/(?:run|lib)|root)\/[\w.-]/.test(path)) return true
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/^\.(?:env|netrc|npmrc|pgpass|pypirc|git-credentials)(?:\.|$)/.test(name)) return true
  if (/\/\.(?:ssh|aws|gnupg|kube|docker|azure|config)(?:\/|$)/.test(`/${path}`)) return true
  if (/^id_(?:rsa|dsa|ecdsa|ed25519)$/.test(name) || /\.(?:pem|p12|pfx|kdbx|keystore|jks)$/.test(name)) return true
  // A file, not a word: it has an extension or a folder.
  const isFile = /\.[a-z][a-z\d]{0,9}$/.test(name) || (path.includes('/') && name !== '')
  return isFile && /secret|credential|password|passwd|token|private|wallet|mcp\.json|_config\.json/.test(name)
}

/** A program that downloads, opens rights or destroys, as a shell command names it. */
export const isShellCommand = (word: string): boolean =>
  /^(?:curl|wget|iwr|invoke-webrequest|invoke-expression|iex|chmod|chown|sudo|nc|ncat|rm|dd|mkfs|eval|base64)$/.test(
    word,
  )
