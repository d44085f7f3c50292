/** What a data subject may come to read of this connector's texts, in German, by the English one. */
export const GERMAN: Readonly<Record<string, string>> = {
  // What each category holds.
  "Who the person is to the workspace: name, addresses, phone, location, device, dates of contact, custom attributes, what was merged into it. Users and leads.":
    "Wer die Person für das Unternehmen ist: Name, Adressen, Telefon, Ort, Gerät, Zeiten des Kontakts, eigene Merkmale, was mit ihm zusammengeführt wurde. Nutzer und Interessenten.",
  "The companies that the person is attached to.": "Die Firmen, denen die Person zugeordnet ist.",
  "What teammates wrote down about the person.": "Was das Personal über die Person notiert hat.",
  "Labels that were put on the person, with who put them there and when.": "Schlagwörter, mit denen die Person versehen wurde, mit Urheber und Zeit.",
  "Groups that the person was sorted into.": "Gruppen, in die die Person eingeordnet wurde.",
  "What messages the person explicitly agreed to or declined.": "Welchen Nachrichten die Person ausdrücklich zugestimmt oder widersprochen hat.",
  "What the person wrote and was answered, by messenger, email or other channels, with ratings and custom attributes. Of each conversation Intercom gives the newest 500 parts.":
    "Was die Person schrieb und was ihr geantwortet wurde, über Messenger, E-Mail oder andere Wege, mit Bewertungen und eigenen Merkmalen. Von jeder Unterhaltung gibt Intercom die neuesten 500 Beiträge heraus.",
  "Phone calls of the conversations that show one, with their transcripts.": "Telefonate aus den Unterhaltungen, die eines zeigen, mit ihren Mitschriften.",
  "Tickets in which the person takes part, with their attributes and newest 500 parts.": "Tickets, an denen die Person beteiligt ist, mit ihren Merkmalen und den neuesten 500 Beiträgen.",
  "What the person did, as the workspace's own apps reported it, in the last 90 days.": "Was die Person in den letzten 90 Tagen tat, wie es die Anwendungen des Unternehmens gemeldet haben.",
  "How often the person did each thing, first and last when; also what is older than 90 days.": "Wie oft die Person etwas tat, wann zuerst und wann zuletzt; auch was älter als 90 Tage ist.",
  "Objects of the workspace's own types that refer to the person, or to which records of the person refer, such as orders. A type is known where the settings name it, or a contact, a conversation or a ticket of the person refers to it.":
    "Objekte eigener Arten des Unternehmens, die auf die Person verweisen oder auf die Datensätze der Person verweisen, etwa Bestellungen. Bekannt ist eine Art, wenn die Einstellungen sie nennen oder ein Kontakt, eine Unterhaltung oder ein Ticket der Person auf sie verweist.",

  // What is not looked at.
  "Intercom's search does not show archived contacts; the list that does has to be read as a whole": "Intercoms Suche zeigt archivierte Kontakte nicht; die Liste, die sie zeigt, muss als Ganzes gelesen werden",
  "Intercom does not show this account its list of archived contacts": "Intercom zeigt diesem Konto seine Liste archivierter Kontakte nicht",
  "anonymous visitors cannot be found by email": "anonyme Besucher lassen sich nicht über die E-Mail-Adresse finden",
  "Intercom's search does not look at who stands only in the headers of an email": "Intercoms Suche berücksichtigt nicht, wer nur im Kopf einer E-Mail steht",
  "recordings of phone calls are not fetched; what was said is read where Intercom wrote it down": "Aufzeichnungen von Telefonaten werden nicht geholt; was gesagt wurde, wird gelesen, wo Intercom es mitgeschrieben hat",
  "messages that were sent out to many stand only in an export of the whole workspace": "Nachrichten, die an viele gesendet wurden, stehen nur in einem Export des ganzen Kontos",
  "side conversations, in which teammates talk about a conversation among themselves, are not read":
    "Nebenunterhaltungen, in denen sich das Personal untereinander über eine Unterhaltung austauscht, werden nicht gelesen",
  "what Fin, Intercom's AI agent, noted of phone calls that it took is read only where it comes with a call of a conversation":
    "was Fin, Intercoms KI-Agent, von selbst geführten Telefonaten festhielt, wird nur gelesen, wo es bei einem Anruf einer Unterhaltung steht",
  "what monitors and scorecards say of the quality of conversations is not read": "was Prüfungen und Bewertungsbögen über die Qualität von Unterhaltungen sagen, wird nicht gelesen",
  "who handled a conversation at what time is not read": "wer eine Unterhaltung wann bearbeitet hat, wird nicht gelesen",
  "notes on the companies that the person is attached to are not read": "Notizen zu den Firmen, denen die Person zugeordnet ist, werden nicht gelesen",
  "what data connectors sent to other systems and received from them is listed by connector only, not by person":
    "was Datenverbindungen an andere Systeme sandten und von ihnen erhielten, ist nur nach Verbindung aufgelistet, nicht nach Person",
  "the vendor does not say whether its search tells upper from lower case; the address was searched as given and in lower case":
    "der Anbieter sagt nicht, ob seine Suche Groß- und Kleinschreibung unterscheidet; die Adresse wurde so, wie sie angegeben ist, und in Kleinbuchstaben gesucht",
  "Intercom lists a workspace's types of custom objects nowhere: nothing of the person refers to one, and the settings name none":
    "Intercom listet die Arten eigener Objekte eines Unternehmens nirgends auf: Nichts von der Person verweist auf eine, und die Einstellungen nennen keine",
  "conversations that a teammate of this address began are not read": "Unterhaltungen, die jemand vom Personal mit dieser Adresse begonnen hat, werden nicht gelesen",

  // What remains after a deletion.
  "Intercom's support can restore a deleted contact for 7 days; after that it is destroyed.": "Der Support von Intercom kann einen gelöschten Kontakt 7 Tage lang wiederherstellen; danach wird er vernichtet.",
  "Satisfaction ratings that the person gave, and their comments, stay in Intercom's reporting.": "Bewertungen, die die Person abgegeben hat, und ihre Bemerkungen dazu bleiben in Intercoms Auswertungen.",
  "Conversations leave the inbox with the contact, but still count in Intercom's reports.": "Unterhaltungen verschwinden mit dem Kontakt aus dem Posteingang, zählen in Intercoms Auswertungen aber weiter mit.",
  "Archived contacts of the same address are not shown by Intercom's search; this request deletes none that was not named to it by its id.": "Archivierte Kontakte derselben Adresse zeigt Intercoms Suche nicht; dieser Antrag löscht keinen, der nicht mit seiner Kennung genannt wurde.",
  "What was exported or passed on to other systems earlier is not reached.": "Was früher exportiert oder an andere Systeme weitergegeben wurde, wird nicht erreicht.",
  "Nothing stops an import, an integration or the messenger from creating the person anew.": "Nichts hindert einen Import, eine Anbindung oder den Messenger daran, die Person neu anzulegen.",
  "Deleted tickets still count in Intercom's reports.": "Gelöschte Tickets zählen in Intercoms Auswertungen weiter mit.",
  "Messages whose text was taken out still name who wrote them, and keep their attached files, subjects and email headers; messages without a text stay as they are.": "Nachrichten, deren Text entfernt wurde, nennen weiterhin, wer sie geschrieben hat, und behalten angehängte Dateien, Betreff und E-Mail-Kopfzeilen; Nachrichten ohne Text bleiben, wie sie sind.",
  "A conversation that others take part in is not shown whole by Intercom: texts of the person that it does not show were not taken out, and may remain.":
    "Eine Unterhaltung, an der andere beteiligt sind, zeigt Intercom nicht vollständig: Texte der Person, die es nicht zeigt, wurden nicht entfernt und können noch da sein.",
  "Custom objects to which attributes refer, and which Intercom does not list under the contact, were not deleted.": "Eigene Objekte, auf die Merkmale verweisen und die Intercom nicht unter dem Kontakt aufführt, wurden nicht gelöscht.",
  "Intercom does not let the text of this message be taken out.": "Intercom lässt den Text dieser Nachricht nicht entfernen.",
  "Intercom does not let the last participant be taken out of a conversation.": "Intercom lässt die letzte beteiligte Person nicht aus einer Unterhaltung nehmen.",
  "Intercom's list of deleted conversations does not show that this one's reporting data went, too.": "Intercoms Liste gelöschter Unterhaltungen zeigt nicht, dass auch die Auswertungsdaten dieser Unterhaltung gelöscht sind.",

  // What a deletion takes, where that is no record of a category.
  "Message text": "Texte von Nachrichten",
  Participation: "Beteiligungen",

  // What a deletion leaves, and why.
  "a company is not the person's own; only the person's link to it goes": "eine Firma gehört nicht der Person; nur ihre Verbindung zur Person entfällt",
  "Intercom offers no deletion of a phone call, and does not say whether one goes with its conversation":
    "Intercom bietet kein Löschen von Telefonaten an und sagt nicht, ob eines mit seiner Unterhaltung verschwindet",
  ...sharedConversations(),
  "by now it is part of another contact, into which it was merged": "er ist inzwischen Teil eines anderen Kontakts, mit dem er zusammengeführt wurde",
  "by now it carries another address": "er trägt inzwischen eine andere Adresse",
  "Intercom does not tell who takes part in it": "Intercom sagt nicht, wer daran beteiligt ist",
  "it was begun from this address, and hangs on a contact of it that Intercom's search does not show":
    "sie wurde von dieser Adresse begonnen und hängt an einem Kontakt dieser Adresse, den Intercoms Suche nicht zeigt",
  "it was begun from this address, and hangs on a contact that is not deleted": "sie wurde von dieser Adresse begonnen und hängt an einem Kontakt, der nicht gelöscht wird",
  "it was begun from this address, but others wrote in it": "sie wurde von dieser Adresse begonnen, aber andere haben darin geschrieben",
  "it is a ticket by now, which Intercom's search for tickets does not show yet": "sie ist inzwischen ein Ticket, das Intercoms Suche nach Tickets noch nicht zeigt",
  "others are on it as well": "andere sind auch daran beteiligt",
  "it is the workspace's own: a tracker or a back-office ticket": "es ist ein internes Ticket des Unternehmens",
  "it refers to others as well": "es verweist auch auf andere",
  "it was begun from this address, and hangs on none of these contacts": "sie wurde von dieser Adresse begonnen und hängt an keinem dieser Kontakte",
  "it was begun from this address, but hangs on another contact": "sie wurde von dieser Adresse begonnen, hängt aber an einem anderen Kontakt",
  "it was begun from this address, but Intercom does not tell who takes part in it": "sie wurde von dieser Adresse begonnen, aber Intercom sagt nicht, wer daran beteiligt ist",
  "it was begun from this address, but is a ticket and hangs on no contact": "sie wurde von dieser Adresse begonnen, ist aber ein Ticket und hängt an keinem Kontakt",
  "conversations that a teammate of this address began are the workspace's own": "Unterhaltungen, die jemand vom Personal mit dieser Adresse begonnen hat, gehören dem Unternehmen",
};

/** A conversation that is not the person's alone: why, and what becomes of it. */
function sharedConversations(): Readonly<Record<string, string>> {
  const who = [
    ["others take part in it", "andere sind daran beteiligt"],
    ["others wrote in it", "andere haben darin geschrieben"],
    ["Intercom does not tell who takes part in it", "Intercom sagt nicht, wer daran beteiligt ist"],
  ];
  const what = [
    ["it stays as it is (groupConversations: keep)", "sie bleibt, wie sie ist"],
    ["it stays as it is (groupConversations: detach, which takes a related deletion)", "sie bleibt, wie sie ist"],
    ["it stays as it is (groupConversations: redact, which takes a related deletion)", "sie bleibt, wie sie ist"],
    ["it is not deleted by a call of its own (groupConversations: keep)", "sie wird nicht einzeln gelöscht"],
    ["it is not deleted by a call of its own (groupConversations: detach)", "sie wird nicht einzeln gelöscht"],
    ["only the person is taken out of it (groupConversations: detach)", "nur die Person wird aus ihr herausgenommen"],
    ["no text that Intercom shows of it is the person's (groupConversations: redact)", "kein Text, den Intercom von ihr zeigt, ist von der Person"],
    ["only the texts that the person wrote are taken out of it (groupConversations: redact)", "nur die Texte der Person werden aus ihr entfernt"],
    [
      "only the texts of the person that Intercom shows are taken out of it, and what it does not show of it stays (groupConversations: redact)",
      "nur die Texte der Person, die Intercom zeigt, werden aus ihr entfernt, und was es von ihr nicht zeigt, bleibt",
    ],
  ];
  return Object.fromEntries(who.flatMap(([reason, grund]) => what.map(([does, tut]) => [`${reason}; ${does}`, `${grund}; ${tut}`])));
}
