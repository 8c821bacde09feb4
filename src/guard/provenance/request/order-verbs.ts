import type { AskedKind } from './phrasal-verbs.ts'
import { rootOf, rootsIn } from './verb-forms.ts'

/** Kinds of grave acts, and `check`, which runs what is there; `shared` asks for none of them. */
export type HeadKind = Exclude<AskedKind, 'visit'>

/**
 * What an order is headed by, by the kind of act that it asks for: verbs and their imperatives in the languages of the requests. Only at
 * the head of a clause, or where that says nothing, do they count; so words that are nouns too may stand here.
 */
const heads: Readonly<Record<HeadKind, string>> = {
  outward: `send email mail reply answer respond forward share post publish invite message write tell notify inform announce submit upload push
    comment contact greet introduce ask broadcast circulate distribute release text thank remind dm sms fax tweet cc congratulate alert escalate
    senden sende schicken schick schreiben antworten antworte weiterleiten teilen einladen mailen veröffentlichen benachrichtigen informieren
    envoyer envoie répondre réponds partager inviter transférer publier prévenir enviar envía responder compartir invitar mandar manda reenviar
    avisar publicar inviare invia mandare rispondere inoltrare condividere pubblicare avvisare envia encaminhar partilhar compartilhar sturen
    stuur versturen beantwoorden doorsturen delen wyślij wysłać prześlij odpowiedz opublikuj powiadom отправь отправить пошли перешли ответь
    опубликуй сообщи skicka svara vidarebefordra dela meddela gönder yanıtla paylaş надішли відповідай odešli pošli odpověz lähetä vastaa
    küldd válaszolj στείλε trimite أرسل भेजो`,
  money: `pay paid buy bought rebuy purchase order reserve book rent refund checkout donate subscribe wire transfer reimburse settle recharge
    deposit sell sold trade hedge liquidate redeem withdraw remit charge bill invoice tip bid stake swap invest rebalance credit prepay repay
    compensate fund cash payment payout booking reservation bezahlen bezahle überweisen überweise kaufen kaufe bestellen bestelle buchen buche
    zahlen zahle begleichen begleiche verkaufen verkaufe erstatten erstatte spenden mieten bezahlung zahlung überweisung rückzahlung erstattung
    payer paie paye acheter achète commander réserver régler règle vendre vends rembourser virer louer paiement remboursement virement pagar paga
    comprar compra transferir reservar vender vende reembolsar abonar liquidar pedir alquilar pago reembolso pagare comprare ordinare prenotare
    prenota vendere vendi rimborsare rimborsa saldare pagamento rimborso encomendar betalen betaal kopen koop bestellen boeken boek verkopen
    verkoop terugbetalen betaling zapłać zapłacić kup kupić zamów zarezerwuj sprzedaj przelej płatność заплати оплати оплатить купи купить
    закажи забронируй продай переведи верни платёж возврат betala köp köpa beställ boka sälj återbetala betalning öde satın сплати купи zaplať
    kup objednej maksa osta varaa fizess vedd πλήρωσε αγόρασε plătește cumpără ادفع اشتر`,
  irreversible: `delete remove clear clean cancel purge drop erase tidy empty discard destroy shred eradicate obliterate uninstall wipe prune unstar
    terminate truncate decommission deprovision retire sunset expunge trim dedupe deduplicate delist void revert undo rollback unpublish unlink
    deletion removal cancellation abort reset löschen lösche entfernen entferne aufräumen leeren leere stornieren storniere vernichten bereinigen
    kündigen kündige löschung supprimer supprime effacer efface nettoyer annuler annule vider retirer suppression borrar borra eliminar elimina
    limpiar cancelar cancela vaciar anular anula suprimir eliminare cancellare cancella rimuovere rimuovi svuotare svuota pulire annullare annulla
    apagar apaga excluir remover remove verwijderen verwijder wissen wis annuleren annuleer opruimen leegmaken usuń usunąć skasuj anuluj wyczyść
    удали удалить отмени отменить очисти сотри убери radera avboka töm rensa sil iptal kaldır видали скасуй smaž zruš odstraň poista peru
    tyhjennä töröld διάγραψε șterge احذف ألغ हटाओ`,
  execution: `run execute install start restart deploy launch rerun redeploy relaunch reboot boot trigger retry rebuild reindex resync sync refresh
    migrate provision scale roll ship play replay invoke call dispatch resume fire train backup reload release export import regenerate restore ausführen
    installieren installiere starten starte neustarten bereitstellen ausrollen auslösen exécuter exécute installer installe lancer lance démarrer
    redémarrer redémarre déployer déploie relancer ejecutar ejecuta instalar instala iniciar inicia reiniciar reinicia desplegar despliega lanzar
    arrancar eseguire esegui installare installa avviare avvia riavviare riavvia lanciare distribuire executar executa implantar uitvoeren
    installeren installeer starten herstarten herstart uitrollen uruchom zainstaluj wdróż запусти запустить установи перезапусти разверни выполни
    kör starta installera driftsätt çalıştır başlat kur yükle запусти встанови spusť nainstaluj suorita asenna käynnistä futtasd indítsd τρέξε
    rulează شغل`,
  check: `build test compile lint debug fix repair check verify validate benchmark format bauen testen teste kompilieren tester prüfen prüfe probar
    reparieren repariere beheben behebe réparer corriger corrige arreglar arregla testare provare testar corrigir napraw popraw przetestuj почини
    исправь протестируй laga testa düzelt oprav korjaa`,
  persistence: `reset rotate grant enable disable configure setup revoke lock unlock suspend ban unban block unblock mute silence snooze suppress pause renew promote demote elevate
    activate deactivate register automate connect hook whitelist allowlist allow permit authorize authorise entitle onboard offboard admit enroll
    enrol invite share join delegate appoint nominate expose protect secure whenever every einrichten richte aktivieren aktiviere deaktivieren
    sperren sperre entsperren entsperre freigeben freischalten schalte befördern berechtigen erlauben erlaube automatisieren einladen teilen
    activer active désactiver désactive configurer verrouiller bloquer bloque autoriser autorise partager inviter accorder révoquer activar activa
    desactivar desactiva configurar bloquear desbloquear autorizar compartir invitar conceder revocar attivare attiva disattivare disattiva
    configurare bloccare blocca sbloccare autorizzare condividere invitare concedere revocare ativar desativar convidar partilhar inschakelen
    uitschakelen instellen vergrendelen ontgrendelen uitnodigen delen włącz wyłącz skonfiguruj zablokuj odblokuj zaproś udostępnij nadaj включи
    выключи настрой заблокируй разблокируй пригласи выдай отзови aktivera inaktivera lås bjud dela etkinleştir увімкни вимкни povol
    zakaž`,
  approval: `approve grant accept confirm merge verify sign reject decline deny refuse authorize authorise countersign endorse ratify consent land rsvp
    agree ok okay greenlight acknowledge ack attest certify vouch approval genehmigen genehmige bestätigen bestätige annehmen ablehnen
    lehne zusagen absagen unterschreiben unterschreibe unterzeichne freigeben zustimmen mergen merge approuver approuve confirmer confirme accepter
    accepte refuser refuse signer signe valider valide fusionner fusionne aprobar aprueba confirmar confirma aceptar acepta rechazar rechaza firmar
    firma fusionar fusiona approvare approva confermare conferma accettare accetta rifiutare rifiuta firmare unire aprovar aprova aceitar aceita
    recusar recusa assinar assina goedkeuren bevestigen bevestig accepteren weigeren ondertekenen onderteken samenvoegen zatwierdź potwierdź
    zaakceptuj odrzuć podpisz scal одобри подтверди прими отклони подпиши слей godkänn bekräfta acceptera avslå signera onayla kabul reddet затверди
    підтверди schval potvrď přijmi odmítni hyväksy hylkää fogadd εγκρίνω aprobă وافق`,
  shared: `tag label rename name star pin move mark note add append assign close reopen archive sort rate rank vote caption title group link attach
    translate summarize summarise shorten reword rephrase describe draft record log track count copy duplicate fill crop resize colour color align
    umbenennen benenne nenne markieren markiere verschieben verschiebe hinzufügen ergänzen ergänze eintragen trage schreibe schließen schließe
    zuweisen weise kommentieren kommentiere archivieren archiviere kopieren kopiere übersetzen übersetze renommer renomme ajouter ajoute marquer
    marque déplacer déplace fermer ferme assigner assigne commenter commente archiver copier copie traduire traduis étiqueter renombrar renombra
    añadir añade agrega marcar marca mover mueve cerrar cierra asignar asigna comentar comenta archivar copiar traducir etiqueta rinominare rinomina
    aggiungere aggiungi segnare segna spostare sposta chiudere chiudi assegnare assegna commentare copiare traduci renomear renomeia adicionar
    adiciona acrescenta mover fechar fecha atribuir comentar hernoemen hernoem toevoegen voeg markeer verplaatsen verplaats sluiten sluit
    zmień dodaj oznacz przenieś zamknij przypisz skomentuj skopiuj nazwij переименуй добавь отметь перемести закрой назначь скопируй döp
    lägg märk flytta stäng tilldela kommentera kopiera adlandır ekle işaretle taşı kapat перейменуй додай познач přejmenuj přidej označ přesuň
    zavři nimeä lisää merkitse siirrä sulje`,
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

const byRoot = new Map<string, Set<HeadKind>>()
for (const [kind, words] of Object.entries(heads) as [HeadKind, string][])
  for (const root of new Set(words.split(/\s+/).map(rootOf)))
    byRoot.set(root, (byRoot.get(root) ?? new Set()).add(kind))

/** The kinds of grave acts that a word asks for at the head of an order: of its longest root that is one’s. */
export function headKinds(word: string): ReadonlySet<HeadKind> {
  for (const root of rootsIn(word)) {
    const kinds = byRoot.get(root)
    if (kinds !== undefined) return kinds
  }
  return none
}
const none: ReadonlySet<HeadKind> = new Set()

export const unspacedKinds = (text: string): HeadKind[] =>
  unspaced.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind)
