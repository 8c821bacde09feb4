/**
 * Shapes of credentials that their issuers document, as prefixes: after the public pages of each issuer and of GitHub's and GitLab's secret
 * scanning, and the rules of gitleaks (MIT). Each matches a whole word of letters, digits and `_ - . : =`.
 */
export interface SecretShape {
  kind: string
  /** What it begins with, as it stands; looked up before the pattern is tried. */
  prefixes: readonly string[]
  /** Of the whole word, anchored. */
  pattern: RegExp
}

const shape = (kind: string, prefixes: string, pattern: RegExp): SecretShape => ({
  kind,
  prefixes: prefixes.split(' '),
  pattern,
})

export const secretShapes: readonly SecretShape[] = [
  shape('aws-access-key', 'AKIA ASIA ABIA ACCA A3T', /^(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}$/),
  shape('github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', /^gh[pousr]_[A-Za-z0-9]{36,255}$/),
  shape('github-token', 'github_pat_', /^github_pat_\w{22,255}$/),
  shape(
    'gitlab-token',
    'glpat- gldt- glrt- glcbt- glptt- glft- glsoat- gloas- glimt- glagent- GR1348941',
    /^(?:gl(?:pat|dt|rt|cbt|ptt|ft|soat|oas|imt|agent)-|GR1348941)[\w.-]{20,}$/,
  ),
  shape('slack-token', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxe xapp-', /^(?:xox[bpars]-|xoxe[.-]|xapp-\d-)[\w.-]{16,}$/),
  shape('stripe-key', 'sk_live_ sk_test_ rk_live_ rk_test_ whsec_', /^(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}$/),
  shape('anthropic-key', 'sk-ant-', /^sk-ant-[\w-]{20,}$/),
  shape('openai-key', 'sk-', /^sk-(?:(?:proj|svcacct|admin|None|or-v1)-)?(?=\w*[\d])[\w-]{20,}$/),
  shape('google-key', 'AIza', /^AIza[\w-]{35}$/),
  shape('google-oauth', 'GOCSPX- ya29.', /^(?:GOCSPX-[\w-]{28}|ya29\.[\w.-]{20,})$/),
  shape('npm-token', 'npm_', /^npm_[A-Za-z0-9]{36}$/),
  shape('pypi-token', 'pypi-', /^pypi-AgE[\w-]{50,}$/),
  shape('rubygems-token', 'rubygems_', /^rubygems_[0-9a-f]{48}$/),
  shape('crates-token', 'cio', /^cio[A-Za-z0-9]{32}$/),
  shape('docker-token', 'dckr_pat_ dckr_oat_', /^dckr_[po]at_[\w-]{27,}$/),
  shape('huggingface-token', 'hf_ api_org_', /^(?:hf|api_org)_[A-Za-z]{34}$/),
  shape('replicate-token', 'r8_', /^r8_[A-Za-z0-9]{37}$/),
  shape('groq-key', 'gsk_', /^gsk_[A-Za-z0-9]{40,}$/),
  shape('xai-key', 'xai-', /^xai-[A-Za-z0-9]{70,}$/),
  shape('perplexity-key', 'pplx-', /^pplx-[A-Za-z0-9]{40,}$/),
  shape('sendgrid-key', 'SG.', /^SG\.[\w-]{16,32}\.[\w-]{32,64}$/),
  shape('mailgun-key', 'key-', /^key-[0-9a-f]{32}$/),
  shape('mailchimp-key', '', /^[0-9a-f]{32}-us\d{1,2}$/),
  shape('twilio-key', 'SK AC', /^(?:SK|AC)[0-9a-f]{32}$/),
  shape('digitalocean-token', 'dop_v1_ doo_v1_ dor_v1_', /^do[por]_v1_[0-9a-f]{64}$/),
  shape('shopify-token', 'shpat_ shpca_ shppa_ shpss_', /^shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}$/),
  shape('square-token', 'sq0atp- sq0csp- EAAA', /^(?:sq0(?:atp|csp)-[\w-]{22,43}|EAAA[\w-]{60})$/),
  shape('linear-key', 'lin_api_ lin_oauth_', /^lin_(?:api|oauth)_[A-Za-z0-9]{40,64}$/),
  shape('notion-token', 'ntn_ secret_', /^(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})$/),
  shape('figma-token', 'figd_', /^figd_[\w-]{40,}$/),
  shape('postman-key', 'PMAK-', /^PMAK-[0-9a-f]{24}-[0-9a-f]{34}$/),
  shape('grafana-token', 'glsa_ glc_', /^(?:glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}|glc_[A-Za-z0-9+/]{32,}={0,2})$/),
  shape('newrelic-key', 'NRAK- NRJS-', /^NR(?:AK-[A-Z0-9]{27}|JS-[0-9a-f]{19})$/),
  shape('databricks-token', 'dapi', /^dapi[0-9a-f]{32}(?:-\d)?$/),
  shape('doppler-token', 'dp.', /^dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}$/),
  shape('vault-token', 'hvs. hvb. hvr.', /^hv[sbr]\.[\w-]{20,}$/),
  shape('terraform-token', '', /^[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}$/),
  shape('pulumi-token', 'pul-', /^pul-[0-9a-f]{40}$/),
  shape('planetscale-token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', /^pscale_(?:tkn|pw|oauth)_[\w.-]{32,64}$/),
  shape('supabase-key', 'sbp_ sb_secret_', /^(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,})$/),
  shape('atlassian-token', 'ATATT3 ATCTT3 ATBB', /^(?:AT[AC]TT3[\w=-]{60,}|ATBB[A-Za-z0-9]{32})$/),
  shape('discord-token', '', /^[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38}$/),
  shape('telegram-token', '', /^\d{8,10}:AA[\w-]{33}$/),
  shape('age-key', 'AGE-SECRET-KEY-1', /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/),
  shape('json-web-token', 'eyJ', /^eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}$/),
  shape('sentry-token', 'sntrys_ sntryu_', /^sntry[su]_[\w+/=-]{40,}$/),
  shape('artifactory-token', 'AKCp cmVmdGtu', /^(?:AKCp[A-Za-z0-9]{69}|cmVmdGtu[A-Za-z0-9]{56})$/),
]

/**
 * What a name says of the value that follows it. English and the words of a few other languages; the last part of a name counts
 * (`db_password`, `STRIPE_SECRET_KEY`).
 */
export const secretNames =
  'pass|passwd|password|passphrase|passcode|pwd|pw|secret|secrets|token|apikey|api[_-]?key|access[_-]?key|secret[_-]?key|' +
  'private[_-]?key|auth[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|client[_-]?secret|credential|credentials|authorization|' +
  'bearer|_authToken|sig|signature|pin|otp|passwort|kennwort|geheimnis|contraseña|contrasena|clave|senha|mot de passe|wachtwoord|' +
  'пароль|密码|密碼|口令|パスワード|비밀번호'

/** What stands for a value and is none. */
export const placeholder =
  /^(?:pass(?:word)?|pw|pwd|secret|token|user|foo|bar|baz|xyz|abc|<.*>|\[.*\]?|\{.*\}|\$.*|%.*%|x{3,}.*|\*{3,}.*|\.{3,}.*|your[_-].*|my[_-].*|change[_-]?me.*|example.*|sample.*|dummy.*|placeholder.*|\[?redacted.*|\*\*.*|\/[\w/.-]*|test(?:ing)?|todo|none|null|nil|true|false|undefined|string|required|optional|enabled|disabled|process\.env.*|os\.environ.*|env\..*|secrets?\..*|config\..*)$/i
