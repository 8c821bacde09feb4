import { set } from '../../../formats/kit/tool-name/words.ts'

/** Sorts of rights, and of what lives on: one word of a sort is as good as another. */
export type Right = 'package' | 'secret' | 'factor' | 'rights' | 'network' | 'standing' | 'setting'

const words: Readonly<Record<Right, ReadonlySet<string>>> = {
  package: set(
    `package packages module modules dependency dependencies library libraries plugin plugins extension extensions addon addons crate gem wheel
    paket pakete modul bibliothek erweiterung abhängigkeit paquet dépendance bibliothèque paquete dependencia biblioteca pacchetto dipendenza
    libreria pacote dependência pakket pakiet biblioteka пакет библиотека зависимость tillägg`,
  ),
  secret: set(
    `password passwords passphrase passcode pin secret secrets token tokens key keys apikey credential credentials certificate certificates
    cert keypair login passwort kennwort schlüssel zugangsdaten zertifikat mot clé clés jeton identifiants contraseña clave llave chiave parola
    senha chave wachtwoord sleutel hasło klucz пароль пароля ключ ключи токен lösenord nyckel şifre anahtar`,
  ),
  factor: set(`mfa otp totp sso authenticator factor faktor facteur zweifaktor фактор`),
  rights: set(
    `permission permissions role roles policy policies acl acls iam admin admins administrator administrators privilege privileges rbac entitlement
    sudo access grant owner owners ownership delegate authorization authorisation visibility visible public private protection restriction collaborator
    collaborators member members membership maintainer maintainers editor editors viewer viewers reader readers superuser
    berechtigung berechtigungen recht rechte rolle zugriff zugang mitglied besitzer eigentümer öffentlich droit droits rôle accès membre propriétaire
    public permiso permisos rol acceso miembro propietario público diritti ruolo accesso membro proprietario pubblico permissão permissões papel
    acesso membro dono rechten rol toegang lid eigenaar openbaar uprawnienia rola dostęp członek właściciel права роль доступ участник владелец
    админ администратор behörighet roll åtkomst medlem ägare yetki rol erişim üye`,
  ),
  network: set(
    `firewall ingress egress proxy dns nameserver tunnel port ports route routes domain ip subnet cname rule rules vpn regel règle
    regla regola regra`,
  ),
  standing: set(
    `webhook webhooks hook hooks cron crontab trigger triggers automation automations schedule schedules scheduled filter filters integration
    integrations startup daemon service listener watcher subscription forwarding forward redirect alias rule rules
    reminder daily weekly monthly hourly nightly regularly recurring every whenever regel automatisch täglich wöchentlich règle automatique
    quotidien regla automático diario regola automatico regra automático dagelijks reguła codziennie правило ежедневно regel dagligen`,
  ),
  setting: set(
    `setting settings preference preferences config configuration env environment variable variables option options mode level flag parameter
    parameters feature features theme language timezone einstellung einstellungen variable konfiguration réglage réglages paramètre paramètres ajuste
    ajustes configuración impostazione impostazioni configuração instelling instellingen ustawienie ustawienia настройка настройки inställning`,
  ),
}

const factors = /(?<![\p{L}\d])(?:2fa|(?:two|multi|second|2|zwei|dos|deux|due)[- ]?(?:step|factor|faktor)[\p{L}-]*)/iu

/** The sorts that a text speaks of. */
export function rightsIn(text: string): Right[] {
  const all = new Set([...text.toLowerCase().matchAll(/\p{L}+/gu)].map(([word]) => word))
  return (Object.keys(words) as Right[]).filter(
    (right) => [...words[right]].some((word) => all.has(word)) || (right === 'factor' && factors.test(text)),
  )
}

/** What a thing that an act is done to is of; undefined: none of these. */
export const rightOf = (object: string): Right | undefined =>
  (Object.keys(words) as Right[]).find((right) => object.split(' ').some((word) => words[right].has(word)))
