import { digestOfWord, type Seed } from '../digests/hash.ts'
import { stemOf } from '../digests/text.ts'
import type { AskedKind } from './phrasal-verbs.ts'
import { rootOf, rootsIn } from './verb-forms.ts'

/** Kinds of grave acts, and `check`, which runs what is there; `shared` asks for none of them. */
export type HeadKind = Exclude<AskedKind, 'visit'>

/**
 * Words by the kind of act that they ask for, in the languages of the requests. `anywhere`: wherever they stand among the words of an
 * order, and at its head. `atHead`: only there, or where the head says nothing, for they are nouns too or mean other things elsewhere.
 * `neverHead`: only among the words; as the head of an order they would say less than what they are done to.
 */
interface Words {
  anywhere?: string
  atHead?: string
  neverHead?: string
}

const words: Readonly<Record<AskedKind, Words>> = {
  outward: {
    anywhere: `send email mail reply answer respond forward share post publish invite message write tell notify inform announce submit upload push
      comment contact greet introduce ask senden schreiben antworten weiterleiten teilen einladen envoyer répondre partager inviter enviar
      responder compartir invitar`,
    atHead: `broadcast circulate distribute release text thank remind dm sms fax tweet cc congratulate alert escalate sende schicken schick
      antworte mailen veröffentlichen benachrichtigen informieren envoie réponds transférer publier prévenir préviens avertir avertis envía mandar manda reenviar
      avisar publicar inviare invia mandare rispondere inoltrare condividere pubblicare avvisare envia encaminhar partilhar compartilhar
      sturen stuur versturen beantwoorden doorsturen delen wyślij wysłać prześlij odpowiedz opublikuj powiadom отправь отправить пошли
      перешли ответь опубликуй сообщи skicka svara vidarebefordra dela meddela gönder yanıtla paylaş надішли відповідай odešli pošli
      odpověz lähetä vastaa küldd válaszolj στείλε trimite أرسل भेजो`,
  },
  money: {
    anywhere: `pay recharge deposit transfer buy rebuy purchase order reserve book rent refund checkout donate subscribe wire reimburse settle
      bezahlen überweisen kaufen bestellen buchen payer acheter commander réserver pagar comprar transferir reservar`,
    atHead: `paid bought sell sold trade hedge liquidate redeem withdraw remit charge bill invoice tip bid stake swap invest rebalance credit
      prepay repay compensate fund cash payment payout booking reservation bezahle überweise kaufe bestelle buche zahlen zahle begleichen
      begleiche verkaufen verkaufe erstatten erstatte spenden mieten bezahlung zahlung überweisung rückzahlung erstattung paie paye achète
      régler règle vendre vends rembourser virer louer paiement remboursement virement paga compra vender vende reembolsar abonar liquidar
      pedir alquilar pago reembolso pagare comprare ordinare prenotare prenota vendere vendi rimborsare rimborsa saldare pagamento
      rimborso encomendar betalen betaal kopen koop boeken boek verkopen verkoop terugbetalen betaling zapłać zapłacić kup kupić zamów
      zarezerwuj sprzedaj przelej płatność заплати оплати оплатить купи купить закажи забронируй продай переведи верни платёж возврат
      betala köp köpa beställ boka sälj återbetala betalning öde satın сплати zaplať objednej maksa osta varaa fizess vedd πλήρωσε αγόρασε
      plătește cumpără ادفع اشتر`,
    neverHead: 'top',
  },
  irreversible: {
    anywhere: `delete remove clear clean cancel purge drop erase tidy empty discard destroy shred eradicate obliterate uninstall wipe prune unstar
      löschen entfernen aufräumen supprimer effacer nettoyer borrar eliminar limpiar`,
    atHead: `terminate truncate decommission deprovision retire sunset expunge trim dedupe deduplicate delist void revert undo rollback unpublish
      unlink deletion removal cancellation abort reset lösche entferne leeren leere stornieren storniere vernichten bereinigen kündigen
      kündige löschung supprime efface annuler annule vider retirer suppression borra elimina cancelar cancela vaciar anular anula
      suprimir eliminare cancellare cancella rimuovere rimuovi svuotare svuota pulire annullare annulla apagar apaga excluir remover
      verwijderen verwijder wissen wis annuleren annuleer opruimen leegmaken usuń usunąć skasuj anuluj wyczyść удали удалить отмени
      отменить очисти сотри убери radera avboka töm rensa sil iptal kaldır видали скасуй smaž zruš odstraň poista peru tyhjennä töröld
      διάγραψε șterge احذف ألغ हटाओ`,
  },
  execution: {
    anywhere:
      'run execute install start restart deploy launch ausführen installieren starten exécuter installer lancer ejecutar instalar',
    atHead: `rerun redeploy relaunch reboot boot trigger retry rebuild reindex resync sync refresh migrate provision scale roll ship play replay
      invoke call dispatch resume fire train backup reload release export import regenerate restore installiere starte neustarten
      bereitstellen ausrollen auslösen exécute installe lance démarrer redémarrer redémarre déployer déploie relancer ejecuta instala
      iniciar inicia reiniciar reinicia desplegar despliega lanzar arrancar eseguire esegui installare installa avviare avvia riavviare
      riavvia lanciare distribuire executar executa implantar uitvoeren installeren installeer herstarten herstart uitrollen uruchom
      zainstaluj wdróż запусти запустить установи перезапусти разверни выполни kör starta installera driftsätt çalıştır başlat kur yükle
      встанови spusť nainstaluj suorita asenna käynnistä futtasd indítsd τρέξε rulează شغل`,
  },
  check: {
    anywhere: 'build test compile bauen testen kompilieren tester probar',
    atHead: `lint debug fix repair check verify validate benchmark format teste prüfen prüfe reparieren repariere beheben behebe réparer corriger
      corrige arreglar arregla testare provare testar corrigir napraw popraw przetestuj почини исправь протестируй laga testa düzelt oprav
      korjaa`,
  },
  persistence: {
    anywhere: `reset rotate grant enable configure setup register einrichten configurer configurar share invite partager inviter compartir invitar
      einladen freigeben`,
    atHead: `disable revoke lock unlock suspend ban unban block unblock mute silence snooze suppress pause renew promote demote elevate activate
      deactivate automate connect hook whitelist allowlist allow permit authorize authorise entitle onboard offboard admit enroll enrol
      join delegate appoint nominate expose protect secure whenever every richte aktivieren aktiviere deaktivieren sperren sperre
      entsperren entsperre freischalten schalte befördern berechtigen erlauben erlaube automatisieren teilen activer active désactiver
      désactive verrouiller bloquer bloque autoriser autorise accorder révoquer activar activa desactivar desactiva bloquear desbloquear
      autorizar conceder revocar attivare attiva disattivare disattiva configurare bloccare blocca sbloccare autorizzare condividere
      invitare concedere revocare ativar desativar convidar partilhar inschakelen uitschakelen instellen vergrendelen ontgrendelen
      uitnodigen delen włącz wyłącz skonfiguruj zablokuj odblokuj zaproś udostępnij nadaj включи выключи настрой заблокируй разблокируй
      пригласи выдай отзови aktivera inaktivera lås bjud dela etkinleştir увімкни вимкни povol zakaž`,
    neverHead:
      'change update schedule add ändern modifier cambiar password key permission access collaborator member owner ownership transfer role',
  },
  approval: {
    anywhere: 'approve accept confirm merge verify sign genehmigen bestätigen approuver confirmer aprobar confirmar',
    atHead: `grant reject decline deny refuse authorize authorise countersign endorse ratify consent land rsvp agree ok okay greenlight
      acknowledge ack attest certify vouch approval genehmige bestätige annehmen ablehnen lehne zusagen absagen unterschreiben
      unterschreibe unterzeichne freigeben zustimmen mergen approuve confirme accepter accepte refuser signer signe valider valide
      fusionner fusionne aprueba confirma aceptar acepta rechazar rechaza firmar firma fusionar fusiona approvare approva confermare
      conferma accettare accetta rifiutare rifiuta firmare unire aprovar aprova aceitar aceita recusar recusa assinar assina goedkeuren
      bevestigen bevestig accepteren weigeren ondertekenen onderteken samenvoegen zatwierdź potwierdź zaakceptuj odrzuć podpisz scal
      одобри подтверди прими отклони подпиши слей godkänn bekräfta acceptera avslå signera onayla kabul reddet затверди підтверди schval
      potvrď přijmi odmítni hyväksy hylkää fogadd εγκρίνω aprobă وافق`,
  },
  shared: {
    anywhere: 'add move rename star label assign close ajouter añadir',
    atHead: `tag name pin mark note append reopen archive sort rate rank vote caption title group link attach translate summarize summarise
      shorten reword rephrase describe draft record log track count copy duplicate fill crop resize colour color align umbenennen benenne
      nenne markieren markiere verschieben verschiebe hinzufügen ergänzen ergänze eintragen trage schreibe schließen schließe zuweisen
      weise kommentieren kommentiere archivieren archiviere kopieren kopiere übersetzen übersetze renommer renomme ajoute marquer marque
      déplacer déplace fermer ferme assigner assigne commenter commente archiver copier copie traduire traduis étiqueter renombrar
      renombra añade agrega marcar marca mover mueve cerrar cierra asignar asigna comentar comenta archivar copiar traducir etiqueta
      rinominare rinomina aggiungere aggiungi segnare segna spostare sposta chiudere chiudi assegnare assegna commentare copiare traduci
      renomear renomeia adicionar adiciona acrescenta fechar fecha atribuir hernoemen hernoem toevoegen voeg markeer verplaatsen verplaats
      sluiten sluit zmień dodaj oznacz przenieś zamknij przypisz skomentuj skopiuj nazwij переименуй добавь отметь перемести закрой
      назначь скопируй döp lägg märk flytta stäng tilldela kommentera kopiera adlandır ekle işaretle taşı kapat перейменуй додай познач
      přejmenuj přidej označ přesuň zavři nimeä lisää merkitse siirrä sulje`,
    neverHead:
      'create update edit change schedule reschedule plan set open comment upload save make erstellen anlegen créer crear',
  },
  visit: {
    neverHead: `visit browse open follow read look search research find check fetch download navigate web website page site link url article docs
      documentation besuchen lesen öffnen suchen visiter lire chercher visitar leer buscar`,
  },
}

/** Kinds of acts in a text without spaces. */
const unspaced: readonly (readonly [HeadKind, RegExp])[] = [
  ['outward', /[发發送寄]|转发|通知|公開|公开|共有|分享|メール|返信|回复|回覆|招待|邀请|邀請/u],
  ['money', /支[払付]|払[いっう]|付款|缴|购|買|买|订|訂|注文|予約|预[订定]|退款|返金|转[账帐]|転送|振[り]?込|卖|売/u],
  ['irreversible', /[删刪消]|取消|清[空除理]|移除|キャンセル|破棄/u],
  ['execution', /[运運]行|实行|実行|执行|部署|重[启啟]|启动|起動|安装|インストール|デプロイ|再起動/u],
  ['check', /测试|測試|テスト|修[复復正]|构建|ビルド|直し/u],
  [
    'persistence',
    /权限|權限|権限|密码|密碼|パスワード|加[到入]|添加|追加|启用|禁用|有効|無効|设置|設定|共有|分享|邀请|招待/u,
  ],
  ['shared', /重命名|改名|名前を|标记|標記|标签|ラベル|タグ|翻[译譯訳]|移[动動]|評論|评论|コメント|更新|修改|変更/u],
  ['approval', /批准|同意|承認|确认|確認|签[署字]|署名|合并|合併|マージ|拒绝|拒否|接受/u],
]

const listOf = (...texts: readonly (string | undefined)[]): string[] =>
  texts.flatMap((text) => text?.split(/\s+/) ?? [])
const entries = Object.entries(words) as [AskedKind, Words][]

/** The kinds of the longest root of a word that is in the table. */
function kindsByRoot<K extends AskedKind>(table: readonly (readonly [K, readonly string[]])[]) {
  const kinds = new Map<string, Set<K>>()
  const none: ReadonlySet<K> = new Set()
  for (const [kind, list] of table)
    for (const root of new Set(list.map(rootOf))) kinds.set(root, (kinds.get(root) ?? new Set()).add(kind))
  return (word: string): ReadonlySet<K> => {
    for (const root of rootsIn(word)) {
      const found = kinds.get(root)
      if (found !== undefined) return found
    }
    return none
  }
}

/** The kinds of acts that a word asks for wherever it stands: `contacted` is of `contact`, and `contract` is not. */
export const kindsOf = kindsByRoot(
  entries.map(([kind, { anywhere, neverHead }]) => [kind, listOf(anywhere, neverHead)] as const),
)

/** The kinds of grave acts that a word asks for at the head of an order. */
export const headKinds = kindsByRoot(
  entries.flatMap(([kind, { anywhere, atHead }]) =>
    kind === 'visit' ? [] : [[kind as HeadKind, listOf(anywhere, atHead)] as const],
  ),
)

export const kindsIn = (text: string): AskedKind[] =>
  [...text.toLowerCase().matchAll(/\p{L}{2,}/gu)].flatMap(([word]) => [...kindsOf(word)])

export const unspacedKinds = (text: string): HeadKind[] =>
  unspaced.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind)

const digests = new WeakMap<Seed, Map<AskedKind | 'any', ReadonlySet<number>>>()

/** Whether a stem’s digest is that of a verb of acting, of one kind or of any. */
export function isVerb(stem: number, seed: Seed, kind: AskedKind | 'any' = 'any'): boolean {
  let ofSeed = digests.get(seed)
  if (ofSeed === undefined) {
    ofSeed = new Map()
    digests.set(seed, ofSeed)
  }
  let ofKind = ofSeed.get(kind)
  if (ofKind === undefined) {
    const of = entries.filter(([each]) => kind === 'any' || each === kind)
    const list = of.flatMap(([, { anywhere, neverHead }]) => listOf(anywhere, neverHead))
    ofKind = new Set(list.map((each) => digestOfWord(`~${stemOf(each)}`, seed)))
    ofSeed.set(kind, ofKind)
  }
  return ofKind.has(stem)
}
