/**
 * What words say in a text that speaks to a model about its own conduct, in eleven languages: one line each for English, German,
 * French, Spanish, Italian, Portuguese, Dutch, Polish, Russian. `*`: whatever follows; in capitals: only so. What they say together:
 * `voice.ts`.
 */
export const meanings = {
  /** What nobody but a model is called. */
  ai: `AI LLM LLMs chatbot* assistant assistants
    KI assistent assistenten assistentin sprachmodell* IA assistante* asistente* assistente assistenti assistentes taalmodel* asystent* asystenc* ИИ ассистент* нейросет* помощник*`,
  /** What a model is called too. */
  agent: `agent agents bot bots model models agenten modell modelle modèle* agente* modelo* modello modelli modellen agentów agenci agenta модел* агент*`,
  language: `language linguistic langue langage linguaggio lenguaje linguagem języka językowy языков*`,
  /** Whose word a notice is that passes for the platform’s own. */
  system: `system systemhinweis* systemnachricht* systemmeldung* systemanweisung* systems système sistema systeem systeemmelding* systemow* systemu системн* системы`,
  /** Calls somebody. */
  call: `dear hey hi hello systemhinweis* systemnachricht* systemmeldung* systemanweisung* systeemmelding* attention note notice message memo reminder instruction instructions todo fixme
    liebe* achtung hinweis* nachricht anweisung* cher* attention remarque message estimad* querid* atención aviso* nota mensaje caro cara attenzione avviso messaggio
    prezad* atenção mensagem beste geachte opmerking bericht drog* uwaga wiadomość дорог* уважаем* внимани* сообщени*`,
  you: `you your du dich dir ihr sie tu vous te tú usted ustedes ti voi você vocês jij u je ty ciebie wy ты тебя тебе вы вас вам`,
  must: `must should shall ought would comply complies obliged expected
    muss müssen soll sollen sollte sollten doit doivent devrait debe deben debería tiene tienen deve devono dovrebbe devem deverá tem têm moet moeten dient dienen
    musi muszą powin* mają долж* обязан* следует`,
  /** Says that it is the model’s own, or what it was told before. */
  own: `your previous prior earlier above original initial current preceding former existing foregoing all any
    dein* deine* vorherig* bisherig* obig* ursprünglich* vorangegangen* früher* votre vos tes précédent* antérieur* tou* initial*
    tus sus anterior* previ* todas todos inicial* tue tuoi precedent* tutte suas seus todas jouw je vorige eerdere bovenstaande alle twoj* poprzedni* wcześniejsz* wszystki*
    тво* ваш* предыдущ* прежн* все`,
  /** Of that what came before this. */
  earlier: `previous prior earlier preceding foregoing vorherig* bisherig* vorangegangen* précédent* anterior* precedent* vorige eerdere poprzedni* wcześniejsz* предыдущ* прежн*`,
  /** What a model was given to do, or to go by. */
  work: `prompt prompts instruction instructions task tasks directive directives orders guidelines
    anweisung* aufgabe aufgaben vorgabe* anordnung* consigne* tâche* directives instrucci* tarea* directric* istruzion* compit* direttiv* instruç* instruco* tarefa* diretriz*
    instructie* taak taken opdracht* richtlijn* instrukcj* polece* zada* wytyczn* инструкци* указани* задани* задач*`,
  gave: `gave given assigned gegeben gestellt erteilt donné* confié* dado di dato affidat* assegnat* dei deu gegeven gaf dał* zlecił* дал дала дали поручи*`,
  aside: `ignore ignoring disregard forget override bypass discard ignorier* vergiss* vergess* missacht* übergeh* ignore* ignorez oubli* ignor* olvid* descart* dimentic* trascur* esque* desconsider*
    negeer* vergeet zignoruj* ignoruj* pomiń pomijaj zapomnij игнориру* проигнориру* забуд*`,
  order: `before after instead prior bevor ehe vor anstatt statt avant après antes después prima dopo depois voordat alvorens voor przed zanim перед прежде`,
  /** Goes on with its work. */
  goOn: `answer answering respond responding reply replying continue continuing proceed proceeding solve solving completing going
    antwort* fortfahr* weitermach* weiter anderem répondre réponds répondez continuer poursuivre responder respond* continuar seguir contestar rispond* continuare proseguire prosseguir
    antwoord* doorga* verder odpowi* kontynuac* dalej отве* продолж*`,
  not: `not dont don never without no nicht nie niemals kein* ohne ne pas jamais sans no nunca sin non mai senza não nunca sem niet nooit zonder geen nie nigdy bez не никогда без`,
  tell: `mention mentioning tell telling inform informing reveal revealing notify notifying disclose disclosing
    erwähn* sag* verrat* mitteil* informier* mentionn* mentionner parler dire informer informez révéler mencion* digas decir informar revel* menzion* informare dirlo dire rivel* diga dizer contar
    vermeld* noem* vertel* wspomin* mów mówić informuj* ujawnia* упомина* говор* сообща* раскрыва*`,
  user: `user users nutzer* benutzer* anwender* utilisat* usuari* utent* utilizador* utilizadora gebruiker* użytkownik* пользовател*`,
  anybody: `anyone anybody everyone nobody person people jemand* niemand* personne quiconque nadie alguien nessuno qualcuno ninguém alguém iemand nikomu nikogo никому никого`,
  /** What is said of a user to one who works for him. */
  wants: `has wants asked asks already really gave expects authorised authorized approved requested behalf
    hat möchte bereits auftrag namen veut demande nom déjà quiere pide nombre vuole chiede nome già quer pediu já wil vraagt heeft namens chce prosi imieniu хочет просит имени уже`,
  use: `use call invoke run execute using calling trigger nutze verwende rufe utilise* appelle* usa utiliza llama chiama chame use gebruik roep użyj wywołaj используй* вызов*`,
  tool: `tool tools function functions werkzeug* funktion* outil* fonction* herramienta* funci* strument* funzion* ferramenta* funç* hulpmiddel* functie* narzędzi* funkcj* инструмент* функци*`,
  who: `whoever anyone everyone everybody each every wer jede* quiconque chaque quien quienquiera chiunque quem wie iedereen każdy kto кто каждый`,
  reads: `reads reading reader processes processing summarises summarizes summarising summarizing parses
    liest lesen verarbeitet zusammenfasst lit lire traite résume lee leer procesa legge leggere elabora riassume lê ler processa leest verwerkt samenvat czyta przetwarza читает обрабатывает`,
  leave: `asking confirmation approval permission consent confirming
    nachfrag* rückfrag* bestätigung zustimmung erlaubnis confirmation accord permission confirmación permiso aprobación conferma permesso approvazione confirmação permissão aprovação
    bevestiging toestemming potwierdz* zgod* pozwole* подтвержд* разрешени* согласи*`,
  already: `already bereits schon déjà ya già já reeds już уже`,
} as const

export type Meaning = keyof typeof meanings

/** Chinese and Japanese put no spaces between words: a way of speaking is told by what stands together. */
export const unspaced: readonly { weight: number; pattern: RegExp; aimed?: true }[] = [
  { weight: 2, pattern: /(?:致|各位|亲爱的|给|你是|作为|如果你是)[^。\n]{0,6}(?:助手|人工智能|AI|模型|机器人)/i },
  {
    weight: 2,
    pattern:
      /(?:AI|人工知能|アシスタント|エージェント|言語モデル)[^。\n]{0,4}(?:へ|の皆|に告|さん、)|あなたは[^。\n]{0,8}(?:AI|アシスタント|モデル)/i,
  },
  { weight: 2, pattern: /(?:助手|模型|智能体|机器人)[^。\n]{0,4}(?:必须|应当|应该|需要|务必)/ },
  { weight: 2, pattern: /(?:アシスタント|エージェント|言語モデル|AI)は[^。\n]{0,60}(?:なければ|べき|すること|必要)/ },
  {
    weight: 2,
    pattern: /(?:忽略|无视|忘记)[^。\n]{0,8}(?:你|之前|先前|以上|所有|原)[^。\n]{0,6}(?:指令|指示|提示|规则|任务|说明)/,
  },
  {
    weight: 2,
    pattern:
      /(?:以前|これまで|上記|元|すべて|全て)の[^。\n]{0,6}(?:指示|命令|プロンプト|ルール)[^。\n]{0,8}(?:無視|忘れ)/,
  },
  { weight: 1, pattern: /(?:你的|之前的|先前的|原来的)[^。\n]{0,4}(?:指令|指示|提示|任务)/, aimed: true },
  { weight: 1, pattern: /(?:あなたの|以前の|これまでの|元の)[^。\n]{0,4}(?:指示|命令|タスク|プロンプト)/, aimed: true },
  { weight: 2, pattern: /(?:继续|回答|回复|完成任务)[^。\n]{0,4}之前|在(?:继续|回答|回复)[^。\n]{0,6}前/ },
  { weight: 2, pattern: /(?:続ける|続行する|回答する|答える|返答する|返信する|進める)前に/ },
  { weight: 1, pattern: /(?:不要|请勿|别|勿|无需)[^。\n]{0,4}(?:告诉|提及|提到|透露|通知|告知)/, aimed: true },
  { weight: 1, pattern: /(?:言わ|伝え|知らせ|触れ|話さ|明かさ|言及し|報告し)ないで/, aimed: true },
  { weight: 1, pattern: /(?:告诉|提及|通知|告知|代表)用户|用户(?:已经?|希望|要求|想)/ },
  { weight: 1, pattern: /(?:ユーザー|利用者)(?:に代わ|に(?:は)?(?:言|伝|知|話)|が(?:すでに|既に|望|求|希望))/ },
  { weight: 1, pattern: /(?:调用|使用)[^。\n]{0,16}(?:工具|函数)|(?:ツール|関数)を(?:使|呼|実行)/ },
  { weight: 1, pattern: /(?:系统|平台)(?:消息|通知|提示|公告)[：:]|システム(?:通知|メッセージ|からの)/, aimed: true },
  { weight: 1, pattern: /(?:无需|不需要|不必|未经)[^。\n]{0,4}(?:确认|许可|批准|同意)/, aimed: true },
  { weight: 1, pattern: /(?:確認|許可|承認)(?:は不要|なしに|を求めず|なしで)/, aimed: true },
]
