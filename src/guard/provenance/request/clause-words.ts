import { set } from '../../../formats/kit/tool-name/words.ts'

/**
 * Words by which a request is taken apart into what it orders, what it only looks at and what it rules out: English, German, French,
 * Spanish, Italian, Portuguese, Dutch, Polish, Russian, Swedish; `unspaced` for Chinese and Japanese. What they say together: `clauses.ts`.
 */
/** Between two clauses. */
export const joining =
  /\s+(?:and|then|but|plus|und|dann|aber|sondern|et|puis|ensuite|mais|y|luego|pero|poi|ma|e|mas|depois|en|dan|maar|i|oraz|potem|ale|и|затем|потом|но|och|sedan|men)\s+/u

/** What may stand before the verb of an order and says nothing of it. */
export const before = set(
  `please kindly then also afterwards that first firstly finally next now just so again ok okay and or lastly done thanks later simply quickly to let's
  lets bitte dann danach anschließend auch noch mal zuerst jetzt erst schließlich nun puis ensuite aussi d'abord enfin maintenant merci luego después
  también ahora primero gracias poi dopo anche prima adesso per favore depois também agora primeiro alsjeblieft graag dan daarna ook eerst nu proszę
  potem następnie także najpierw teraz пожалуйста потом затем также сначала теперь прошу snälla sedan också först nu tack och und et but aber sondern
  mais pero ma mas maar ale но men however otherwise`,
)

/** … and phrases that stand there too. */
export const phraseBefore =
  /^(?:make sure|be sure|see to it|go ahead|feel free|try|help (?:me|us)|after that|if (?:so|not|needed|necessary|possible)|wenn (?:ja|nein|nötig)|si (?:oui|non|sí|no)|in (?:that|this) case)(?: (?:to|and|that))?(?=\s|$)/iu

/** Asks the one who is spoken to for an act, politely. */
export const asksYou =
  /^(?:(?:can|could|would|will|can't|couldn't|won't) (?:you|u|someone|somebody|anybody|we)(?: (?:please|kindly|also|then|maybe|perhaps|just|quickly))*(?: (?:mind|be so (?:kind|good)(?: as)? to|help (?:me|us)(?: to)?|do me a favou?r and|go ahead and))?|(?:kannst|könntest|würdest|magst) du|(?:können|könnten|würden) sie|(?:peux|pourrais)[- ]tu|(?:pouvez|pourriez)[- ]vous|(?:puedes|podrías|puede|podría)(?: usted)?|(?:puoi|potresti|può|potrebbe)|(?:podes|poderias|(?:você )?pode(?:ria)?)|(?:kun|kan|wil|zou) (?:je|jij|u)|(?:możesz|mógłbyś|mogłabyś|czy możesz)|(?:можешь|можете|мог(?:ла)? бы ты|не мог(?:ли)? бы)|(?:kan|kunde|skulle) du(?: kunna)?)(?![\p{L}])/iu

/** … in a sentence about oneself or about what is to happen. */
export const wants =
  /(?:^|\s)(?:(?:i|we) (?:\p{L}+ )?(?:need|want|wish|would like|expect|have|must|should|ask)(?: you| someone)?(?: to)?|i'd like(?: you)?(?: to)?|you (?:can|could|would|will|should|must|may|to|please|have to|need to)(?: please)?(?: help (?:me|us)(?: to)?)?|(?:has|have|needs?|ought|is|are) to(?: be)?|(?:must|should) be|is due|are due|(?:ich|wir) (?:will|wollen|möchten?|brauchen?|hätten? gern)|(?:muss|müssen|sollen?|sollten?) |il (?:faut|faudrait)|j[e'] ?(?:veux|voudrais|aimerais|ai besoin)|(?:quiero|quisiera|necesito|hay que|debes|tienes que)|(?:voglio|vorrei|devo|devi|bisogna|ho bisogno)|(?:quero|queria|preciso|deves|tens de)|ik (?:wil|moet|heb)|(?:chcę|chciałbym|potrzebuję|musisz|trzeba)|(?:я хочу|хочу|хотел(?:а)? бы|нужно|надо|необходимо)|jag (?:vill|behöver)|(?:ska|måste)|(?<!^(?:i|we|you) )(?:can|may) (?:(?:all|both|now|also|just) )?go(?= (?:too|as well|now|away|then|please|if|since|because)(?![\p{L}])|\s*[.,;:!)]|\s*$)|(?:kann|können|darf|dürfen|kan|kunnen|mag|mogen)(?= (?:\S+ ){0,4}?weg(?![\p{L}]))|(?:peut|peuvent)(?= (?:partir|sauter|dégager|disparaître)(?![\p{L}])))(?![\p{L}])/iu

/** Begins a question. */
export const interrogatives = set(
  `what what's whats which who who's whos whom whose why how how's was welche welcher welches welchen welchem wer wem wen wessen warum wieso weshalb wie wieviel wieviele
  que qu'est-ce quoi quel quelle quels quelles qui pourquoi comment combien qué cuál cuáles quién quiénes cuánto cuánta cuántos cuántas cómo che cosa cos'è quale quali chi perché come
  quanto quanta quanti quante qual quais quem quantos quantas wat welk welke wie waarom hoe hoeveel co jaki jaka jakie jakich który która które kto kogo komu dlaczego ile czy
  что какой какая какие каких который кто кого кому почему зачем как сколько vad vilken vilket vilka vem vems varför hur`,
)
/** … where a verb follows at once, and else something that an order hangs on. */
export const conditions = set(
  `when where whenever if once while until unless because since as before after whether although though wann wo wohin woher wenn falls sobald ob weil nachdem bevor quand où si dès lorsque
  cuándo cuando dónde donde si quando dove se appena onde wanneer waar als zodra gdy kiedy gdzie jeśli jeżeli когда где куда откуда если när var om`,
)
export const auxiliaries = set(
  `is isn't are aren't was wasn't were weren't am does doesn't did didn't has hasn't had do don't have may might shall should can could would will ist sind war waren hat haben hatte wird werden gibt steht
  est-ce est sont a ont y-a-t-il es son está están hay tiene è sono c'è ci ha hanno é são há está is zijn heeft staat jest są finns är har`,
)
const subjects = set(
  `i we you he she it they there this that these those the a an any anyone anybody anything someone somebody my our your his her its their all every
  ich wir du er sie es man der die das ein eine mein meine ik wij je hij het de een jag vi det den`,
)
/** After a verb that is an auxiliary too: a question speaks of somebody, an order of what is to be done. */
export const isSubject = (word: string): boolean => subjects.has(word)

/** Begins a sentence that tells something. */
export const telling = set(
  `i i'm i've i'd i'll we we're we've he she it it's they there there's this that these those the a an my our his her its their your you hi hey hello dear thanks thank
  ich wir er sie es der die das ein eine mein meine unser hallo danke je j'ai nous il elle le la les un une mon ma mes notre bonjour merci yo el los las una mi nuestro hola gracias
  io noi il lo gli mio mia nostro ciao grazie eu nós o os as um uma meu minha olá obrigado ik wij hij het de een mijn ons hallo bedankt ja my on ona to mój moja nasz cześć dziękuję
  я мы он она оно они мой моя наш привет спасибо jag vi han hon det den min vår hej tack`,
)

/** Verbs that only look, wherever they stand in a clause. */
export const looking =
  set(`summarise summarize recap outline paraphrase read reread list show explain describe compare translate find look see view check search
    count analyse analyze examine inspect identify calculate compute estimate recommend suggest know understand learn think wonder browse visit open get fetch locate determine
    figure quote cite interpret clarify choose guess brief go extract proofread
    zusammenfassen fasse fass lesen lies zeigen zeig zeige erklären erkläre beschreiben vergleichen vergleiche übersetzen übersetze finden finde suchen suche schauen schau sehen sieh
    prüfen prüfe zählen zähle analysieren öffnen besuchen nennen nenne wissen
    résumer résume résumez lire lis lisez lister montrer montre montrez expliquer explique comparer compare traduire traduis traduisez chercher cherche trouver trouve vérifier vérifie compter
    resumir resume resúmeme leer lee listar mostrar muestra muéstrame explicar explica comparar compara traducir traduce buscar busca encontrar encuentra revisar contar cuenta
    riassumere riassumi leggere leggi elencare elenca mostrare mostra mostrami spiegare spiega confrontare confronta tradurre traduci cercare cerca trovare trova controllare
    resuma ler leia lê listar mostrar mostra mostre explica traduzir traduz traduza procurar procura encontrar
    samenvatten vat lezen lees tonen toon laat leg vergelijken vergelijk vertalen vertaal zoeken zoek vinden vind controleer tel
    streścić streść podsumuj podsumować przeczytaj czytaj pokaż wymień wyjaśnij porównaj przetłumacz znajdź sprawdź policz
    кратко перескажи суммируй обобщи прочитай прочти покажи перечисли объясни сравни переведи найди проверь посмотри посчитай
    sammanfatta läs visa lista förklara jämför översätt hitta sök kolla`)
/** Verbs of acting that say nothing of the kind of act. */
export const acting =
  set(`do make put take fix apply finish complete handle solve resolve perform implement carry deal keep use set get give bring turn convert replace rewrite
    call log tick block unblock raise lower switch stop kill scale merge drop lock unlock mark tag label sort tidy archive escalate proceed continue work process manage write draft save
    mach mache tu tue erledige bearbeite stell stelle setz setze nimm bring halte führe ändere fais faites mets prends haz pon toma fai metti prendi faz faça põe doe maak zet zrób
    ustaw сделай поставь gör ställ`)
/** Verbs that look where it is the principal who is told, shown or given something. */
export const toPrincipal =
  /^(?:tell|give|show|get|let|sag|sage|gib|erzähl|zeig|dis|donne|donnez|dime|dame|dimmi|dammi|diz-me|diga|dá-me|geef|zeg|powiedz|podaj|скажи|дай|säg|ge)(?:[- ](?:me|us|mir|uns|moi|nous|mi|ci|nos|mij|ons|mnie|nam|мне|нам|mig|oss)(?![\p{L}])|(?<=(?:dime|dame|dimmi|dammi))(?![\p{L}]))/iu
/** … and orders that begin with a verb of looking. */
export const noLook =
  /^(?:see to|look after|go on|go for|go (?:\S+ ){1,12}?(?:as|like|per|following|according to) (?!if|well|soon|much|many)\S|get rid|get (?:\S+ ){1,8}?(?:ready|done|going|working|green|to \p{L}+|\p{L}+ed)(?![\p{L}])|open (?:an?|new|another)(?![\p{L}])|(?:list|visit) (?:it|them) )/iu
/** … or show something to somebody else. */
export const toOthers =
  /^(?:show|explain|describe|read|recommend|suggest|zeig\w*|erklär\w*|montre\w*|muestra|mostra|toon|pokaż|visa)\s+(?:(?:it|this|them|that)\s+)?(?:to\s+)?(?:\p{Lu}\p{Ll}+|#\p{L}\S*|(?:my|our|the)\s+(?:team|boss|colleagues?|client|customer))(?:\s|$)(?!['’])/u
/** What is looked at by following it. */
export const followsLink = /^(?:follow)\s+(?:\S+\s+){0,3}(?:links?|sources?|urls?|references?|citations?)(?![\p{L}])/iu

/** Begins a clause that rules something out. */
export const ruledOut =
  /^(?:(?:do|does|should|must|shall) not|don['’]?t|never|without|no need to|nothing|nicht|ohne|keine?[nrms]?|nie(?:mals)?|ne (?!.*\bque\b)|n['’](?!oublie)|sans|pas de|no (?!olvid)|sin|nunca|non (?!dimentic)|senza|mai|não (?!esque)|nao|sem|niet|nooit|zonder|geen|nie (?!zapom)|bez|никогда|не (?!забуд)|без|inte|aldrig|utan|inga)(?![\p{L}])/iu
/** … and what looks like it, and is an order. */
export const notForgotten = /^(?:do not|don['’]?t|never) (?:forget|hesitate|miss|fail|neglect|omit)(?: to)?\s+/iu
/** An order that is none by its object, or by what stands at its end. */
export const nothingAtAll =
  /^\p{L}+ (?:\p{L}+ )?(?:nothing|nobody|no one|none|no \p{L}+|not(?: \p{L}+)?)(?![\p{L}])|^\p{L}+ (?:[^,;]* )?(?:nichts?|niemande[nm]|keine?[nrms]?|niets|niemand|geen|inget|ingen)(?![\p{L}])/iu
/** From here on a clause says what is not to be done. */
export const withoutDoing =
  /(?:^|\s)(?:without (?:\p{L}+ing|any)|rather than|instead of|ohne (?:\S+ ){0,6}zu|sans \p{L}+(?:er|ir|re)|sin \p{L}+[aei]r|senza \p{L}+re|sem \p{L}+[aei]r|zonder (?:\S+ ){0,6}te|bez \p{L}+nia|не \p{L}+я|utan att)(?![\p{L}]).*$/iu

/** What a verb is not the aim of: “knows how to pay”. */
export const notForThat = set(
  `how what where when which whom who whether wants want wanted need needs needed has have had going able used supposed asked asks ask told tells said says planned plans plan agreed
  decided decides tried tries trying about ought expected required allowed likely ready due got up down close next according thanks due prior`,
)

/** Texts without spaces. */
export const unspaced = {
  question:
    /[?？]\s*$|吗[。？?]?$|什么|多少|谁|哪[些个里]|几[个条封]|为什么|怎么|か[。？?]?$|(?:何|誰|どれ|どの|いくつ|なぜ|どう)/u,
  look: /^[请請]?(?:帮我)?(?:总结|概括|阅读|读|看|列出|解释|比较|翻译|查找|告诉我|显示)|(?:要約|翻訳|説明|比較|読ん|見せ|教え|探し|調べ)(?:し|て)?/u,
  not: /^(?:请?不要|请?勿|别|不用)|(?:ないで|しないこと|禁止)/u,
} as const
