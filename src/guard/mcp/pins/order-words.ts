/**
 * Words by which a text orders its reader about, for the languages in which tools are described. A stem stands for every word that
 * begins with it; one that ends in `$` for that word alone. Languages without spaces are looked for anywhere.
 */
interface OrderWords {
  /** Sets aside: ignore, disregard, forget. */
  dismiss: readonly string[]
  /** What is set aside: instructions, prompts. */
  instruction: readonly string[]
  /** Which of them: previous, all, your. Empty: the language needs none. */
  earlier: readonly string[]
  not: readonly string[]
  /** Tells a person: mention, inform, reveal. */
  tell: readonly string[]
  person: readonly string[]
  /** Learns of something: know, notice. */
  know: readonly string[]
  /** Keeps it from a person: hide, keep secret. */
  hide: readonly string[]
  /** Kept from a person: secretly. */
  covert: readonly string[]
  /** Must, always, please: it is an order, not a description. */
  oblige: readonly string[]
  /** Looks into: read, open, collect. */
  take: readonly string[]
  /** Hands on: send, forward, include, pass. */
  give: readonly string[]
  /** Hands on to an address: a part of `give` that describes no argument. */
  send: readonly string[]
  run: readonly string[]
  /** Puts another value in: set, change, replace. */
  change: readonly string[]
  /** Where something goes: recipient, account. */
  goal: readonly string[]
  /** All there are: every, any. */
  every: readonly string[]
  /** Passwords, keys, and what was said so far. */
  secret: readonly string[]
}

const of = (text: string): readonly string[] => (text === '' ? [] : text.split(' '))

const spoken: readonly OrderWords[] = [
  {
    dismiss: of('ignore$ disregard$ forget$ override$ overrides$ supersede$ supersedes$ bypass$'),
    instruction: of('instruction guidelines$ directive safeguards$ guardrails$ prompts$ prompt$ told$'),
    earlier: of(
      "previous prior$ earlier$ above$ preceding$ your$ other$ original$ any$ all$ safety$ security$ existing$ user$ user’s$ user's$",
    ),
    not: of("not$ never$ don’t$ don't$ dont$ without$ avoid$"),
    tell: of(
      'mention$ mentioning$ tell$ telling$ inform$ informing$ notify$ notifying$ reveal$ revealing$ disclose$ disclosing$ alert$ alerting$ warn$ warning$ say$ saying$',
    ),
    person: of(
      "user$ users$ user’s$ user's$ human$ humans$ person$ people$ customer$ operator$ anyone$ anybody$ owner$ them$ him$ her$",
    ),
    know: of('know$ notice$ see$ learn$ aware$ told$ find$ realise$ realize$'),
    hide: of('hide$ hidden$ conceal$ concealed$ secret$ withhold$ invisible$'),
    covert: of('secretly$ covertly$ silently$ quietly$ stealthily$ discreetly$'),
    oblige: of(
      'must$ always$ please$ first$ before$ also$ shall$ should$ ensure$ immediately$ important$ required$ mandatory$ never$ whenever$ instead$ afterwards$ critical$ has$ have$ need$ needs$',
    ),
    take: of(
      'read$ open$ get$ cat$ load$ access$ fetch$ retrieve$ collect$ gather$ extract$ find$ dump$ copy$ locate$ look$ scan$ search$',
    ),
    give: of(
      'pass$ include$ attach$ send$ append$ paste$ put$ provide$ embed$ insert$ add$ supply$ forward$ upload$ post$ submit$ transmit$ share$ fill$ populate$ place$ write$ copy$ report$ encode$ return$ output$ use$',
    ),
    send: of(
      'send$ sent$ forward$ forwarded$ bcc$ cc$ email$ mail$ upload$ uploaded$ transmit$ transmitted$ exfiltrate$ deliver$ delivered$ redirect$ redirected$ reroute$ relay$ copied$ copy$ goes$ go$ posted$ post$ leak$',
    ),
    run: of('run$ execute$ exec$ launch$ prefix$ prepend$ include$ append$ start$ begin$ call$'),
    change: of('set$ change$ replace$ substitute$ override$ switch$ swap$'),
    goal: of(
      'recipient recipients$ iban$ account$ destination address$ payee$ beneficiary$ receiver$ webhook$ wallet$',
    ),
    every: of('every$ all$ any$ entire$ full$ complete$ whole$ verbatim$'),
    secret: of(
      'password passwords$ passphrase credential credentials$ secrets$ keys$ key$ tokens$ cookies$ cookie$ variables$ conversation$ history$ prompt$',
    ),
  },
  {
    dismiss: of('ignorier missacht vergiss vergesst überschreib'),
    instruction: of('anweisung instruktion vorgabe regeln$ systemprompt'),
    earlier: of(''),
    not: of('nicht$ nichts$ nie$ niemals$ kein ohne$'),
    tell: of('erwähn sag verrat verrät informier mitteil mitzuteil unterricht berichte'),
    person: of('nutzer benutzer anwender user$ menschen$ kunde person'),
    know: of('wissen$ wissen merken$ bemerken$ erfahren$ sehen$'),
    hide: of('verheimlich verberg versteck geheim'),
    covert: of('heimlich unbemerkt'),
    oblige: of('muss$ musst$ müssen$ bitte$ immer$ zuerst$ bevor$ soll zwingend unbedingt stets$ sofort$'),
    take: of('lies$ lese öffne hole sammle suche auslesen$'),
    give: of('sende schick übergib gib$ füge anhäng leite übermitt weiterleit trage'),
    send: of('sende senden$ schick weiterleit weiterzuleiten$ leite übermitt maile'),
    run: of('führe ausführ starte'),
    change: of('setze ersetze ändere'),
    goal: of('empfänger konto iban$ adresse'),
    every: of('alle$ jeden$ jede$ sämtliche gesamte'),
    secret: of('passwort passwörter zugangsdaten schlüssel geheimnisse umgebungsvariable unterhaltung gesprächs'),
  },
  {
    dismiss: of('ignor oubli néglig ignora olvid omit ignore$ esqueç desconsider dimentic trascur negeer vergeet'),
    instruction: of('instruction consigne directive instruccion indicacion instruç istruzion instructies$ prompt'),
    earlier: of(
      'précédent antérieur toutes$ tous$ anterior previ todas$ todos$ precedent tutte$ tutti$ eerdere$ vorige$ alle$',
    ),
    not: of('ne$ n pas$ sans$ jamais$ no$ nunca$ sin$ não$ sem$ non$ senza$ mai$ niet$ nooit$ zonder$'),
    tell: of(
      'mention dis$ dire$ dites$ inform révél signal digas$ diga$ decir$ mencion revel avis comunic diga mencione conte$ menzion dirlo$ vermeld vertel',
    ),
    person: of('utilisateur usuario usuário utente utenti$ gebruiker personne persona$ pessoa'),
    know: of('savoir$ sache$ sepa$ saber$ saiba$ sapere$ sappia$ weten$'),
    hide: of('cache$ cacher$ cachez$ oculta escond nascond verberg'),
    covert: of('secrètement discrètement secretamente discretamente segretamente stiekem'),
    oblige: of(
      'doit$ devez$ dois$ toujours$ veuillez$ svp$ avant$ d’abord$ debe$ debes$ siempre$ por$ antes$ primero$ deve$ sempre$ favor$ prima$ devi$ moet$ altijd$ eerst$ alstublieft$',
    ),
    take: of(
      'lis$ lire$ lisez$ ouvr récupér lee$ leer$ lea$ abr leia$ ler$ leggi$ leggere$ apri$ lees$ lezen$ open$ obten',
    ),
    give: of(
      'envoy envoi transmet transfér joign inclu ajout passe envi remit reenvi adjunt pas incluy anex encaminh invi inoltr alleg includ stuur verzend geef',
    ),
    send: of(
      'envoy transmet transfér envía$ enviar$ envíe$ envíal reenv envie$ encaminh invia$ inviare$ inoltr stuur verzend',
    ),
    run: of('exécut lance ejecut corre$ execut esegu uitvoer'),
    change: of('remplac chang cambi substitu sostitu vervang mett pon$'),
    goal: of('destinataire destinatari compte cuenta conta conto iban$ ontvanger rekening'),
    every: of('tous$ toutes$ todo toda tutt alle$ cada$ chaque$ ogni$'),
    secret: of('mot mots contraseña senha clave chiave clé wachtwoord credenc credenz secret identifiants$ conversa'),
  },
  {
    dismiss: of('игнорир забудь забудьте проигнорир'),
    instruction: of('инструкц указани правил промпт'),
    earlier: of(''),
    not: of('не$ без$ никогда$ ни$'),
    tell: of('сообща упомина говори сказыва раскрыва уведомл рассказыва'),
    person: of('пользовател человек людям'),
    know: of('знать$ узна замет'),
    hide: of('скрой скры скрыв'),
    covert: of('тайно$ незаметно$ скрытно$'),
    oblige: of('должен$ должна$ должны$ нужно$ необходимо$ всегда$ пожалуйста$ обязательно$ сначала$ перед$'),
    take: of('прочита прочти$ открой откройте$ получи собер'),
    give: of('отправ передай передайте$ перешл включи добав прикреп'),
    send: of('отправ перешл перенаправ'),
    run: of('выполни запусти'),
    change: of('замени измени установи'),
    goal: of('получател счет счёт адрес'),
    every: of('все$ всю$ каждый$ любые$ любой$'),
    secret: of('парол ключ токен секрет переписк'),
  },
]

/** The same without spaces between words: one text for each idea. */
export const unspaced = {
  dismiss: /忽略|无视|無視|忘记|忘れ|무시|잊어/u,
  instruction: /指令|指示|提示词|命令|プロンプト|지시|명령/u,
  silence: /不要告诉|不要告訴|不要提及|不得告知|别告诉|勿告知|伝えない|言わない|知らせない|알리지|말하지/u,
  person: /用户|用戶|使用者|ユーザー|사용자/u,
  oblige: /必须|必須|务必|請|请|必ず|ください|반드시|해야/u,
  send: /发送|發送|转发|轉發|发给|上传|送信|転送|送って|보내|전송|전달/u,
  take: /读取|讀取|打开|获取|読み|開い|읽/u,
  give: /传入|作为|包含|附加|填入|渡し|含め|入れ|포함|넣/u,
} as const

export type Idea = keyof OrderWords

/** The words of one language, asked word by word. */
export interface Lexicon {
  /** The bit of an idea; 0: the language needs no word for it. */
  bitOf: Readonly<Record<Idea, number>>
  /** The ideas that a word may stand for, one bit each. */
  ideasOf(word: string): number
}

function lexiconOf(words: OrderWords): Lexicon {
  const whole = new Map<string, number>()
  // By their first letter: most words begin none.
  const stems = new Map<string, [stem: string, bit: number][]>()
  const bitOf = {} as Record<Idea, number>
  for (const [i, [idea, list]] of Object.entries(words).entries()) {
    const bit = list.length === 0 ? 0 : 1 << i
    bitOf[idea as Idea] = bit
    for (const each of list as readonly string[])
      if (each.endsWith('$')) whole.set(each.slice(0, -1), (whole.get(each.slice(0, -1)) ?? 0) | bit)
      else stems.set(each.charAt(0), [...(stems.get(each.charAt(0)) ?? []), [each, bit]])
  }
  return {
    bitOf,
    ideasOf(word) {
      let ideas = whole.get(word) ?? 0
      for (const [stem, bit] of stems.get(word.charAt(0)) ?? none) if (word.startsWith(stem)) ideas |= bit
      return ideas
    },
  }
}

const none: readonly [stem: string, bit: number][] = []

export const lexicons: readonly Lexicon[] = spoken.map(lexiconOf)
