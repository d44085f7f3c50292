/** What stands before a name, or after it. */
export const TITLES = words("dr prof mr mrs ms miss sir herr frau jr sr ing dipl med phd msc bsc mba ba ma");

/** What stands between names, in small letters. */
export const PARTICLES = words("von van van't vom der den de da di do du del della dos das la le el al bin ibn ben zu zum zur ten ter te op af av y e und");

/** Of a name's words, those that are never looked for alone: titles, and what stands between names. */
export const NEVER_ALONE: ReadonlySet<string> = new Set([...TITLES, ...PARTICLES, ...words("des dem und and from the")]);

/** A name of such words alone is what an account that several share is called, or a part of the company. */
export const SHARED = words(
  "team support service services sales success care help helpdesk desk info office admin administrator customer customers client kunden kundenservice kundendienst operator bot agent assistant app " +
    "marketing billing accounting finance legal product engineering operations ops it hr api system test the our group",
);

/** What a company is called ends so. */
export const COMPANY = words("gmbh kg ug ohg inc llc ltd limited corp corporation plc sarl bv holding");

/** Words of two letters that stand with a capital in ordinary texts of English, German, French, Spanish, Italian, Portuguese, Dutch or the Nordic languages. */
export const SHORT_WORDS = words(
  "ab ah ai al am an ao as at au be by ce co da de di do du eg eh ei el em en er es et eu ex go ha he hi ho ia id ie if ii ik il im in io is it iv ja je la le lo ma me mi mr ms my na ne ni no nr ob of oh ok on op or os ou pm re sa se si so st su ta te ti to tu tv uk um un up us va ve vi wo ya yo za ze zu",
);

/** Names that are words of English or German as well: in capitals they are not taken for names. */
export const MAY_BE_CAPITALS = words(
  "will mark bill may april june august jan rose hope grace faith joy art pat rob sue jack drew grant chase frank guy rich miles don max sky summer autumn dawn eve ivy iris lily daisy holly heather amber ruby pearl jade opal penny carol melody " +
    "victor christian angel major king prince duke earl baron bishop pope smith cook baker brown black white green gray grey long short young old little small strong best good day price case cash page field street order law stone wood woods hill hills " +
    "lake rivers banks bank bush rice fish bird fox wolf lamb bull swan north south east west church hall house home room park parks gates wall bridge power love moss reed read ray sun star storm snow winter frost rain cole coal cross " +
    "bell ball bond book box card cards chance change check church dean ford glass gold silver hand hands head hunt key keys knight lane light lord love mann marsh mason mills moon moore noble paid paul pay peace pool post potter rush sale sales self sharp " +
    "ship shop short singer sky steel stern tanner taylor temple test token trump turner walker ward waters way weaver webb wise word words worth yes team support service info admin office sales " +
    "klein gross groß lang kurz jung alt neu schwarz weiss weiß braun grün rot ernst hart stark stolz froh reich schön frei recht herbst sonntag montag freitag koch richter kaiser könig fuchs vogel berg stein wald bach feld baum winkler winter sommer engel",
);

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
