import { expect } from "chai";
import { textOfHtml } from "../../../adapters/packages/text-of-html.js";
import { withoutOthers } from "../../../connectors/intercom/other-people.js";
import type { Person } from "../../../connectors/intercom/people-in-record.js";

const ADA: Person = { contactIds: new Set(["own"]), isOwnAddress: (address) => address === "ada@example.test" };
const PEOPLE = [
  { type: "user", id: "own", name: "Ada Lovelace" },
  { type: "user", id: "zoe", name: "Zoë O'Neil", email: "d.oneil@o2.test" },
  { type: "admin", id: "1", name: "José Álvarez-Müller", email: "jam@desk.test" },
];

const redacted = (body: string, people: readonly object[] = PEOPLE): string => (withoutOthers({ people, body }, ADA).data as { readonly body: string }).body;
const shown = (body: string): string => textOfHtml(redacted(body), { image: "picture", embedded: "embedded", script: "script" });

describe("names that a record tells, in its texts", () => {
  const zoe = "Ask participant 1!";
  const jose = "Ask teammate 1!";
  const spellings: readonly (readonly [string, string, string])[] = [
    ["as it is", "Zoë O'Neil", zoe],
    ["with named entities", "Zo&euml; O&apos;Neil", zoe],
    ["with named entities, the other", "Jos&eacute; &Aacute;lvarez-M&uuml;ller", jose],
    ["with named entities that have no semicolon", "Zo&euml O'Neil", zoe],
    ["with decimal entities", "Zo&#235; O&#39;Neil", zoe],
    ["with hexadecimal entities", "Zo&#xEB; O&#x0027;Neil", zoe],
    ["with the apostrophe of Windows", "Zoë O&#146;Neil", zoe],
    ["with a tag inside a word", "Zo<b>ë</b> O'N<i>eil</i>", zoe],
    ["with a tag whose attribute holds a bracket", "Zo<b title='a>b'>ë</b> O'Neil", zoe],
    ["with a comment inside a word", "Zo<!-- > -->ë O'Neil", zoe],
    ["with a chance to break inside a word", "Zoë O'<wbr>Neil", zoe],
    ["with a typographic apostrophe", "Zoë O’Neil", zoe],
    ["with a typographic apostrophe, as an entity", "Zoë O&rsquo;Neil", zoe],
    ["with a letter that looks like an apostrophe", "Zo&#235; OʼNeil", zoe],
    ["with decomposed accents", "Zoe\u0308 O'Neil", zoe],
    ["with decomposed accents, the other", "José Álvarez-Müller".normalize("NFD"), jose],
    ["with an accent as an entity", "Zoe&#x308; O'Neil", zoe],
    ["with a zero-width space", "Zo\u200bë O'Ne\u200bil", zoe],
    ["with soft hyphens", "Zo\u00adë O'Ne&shy;il", zoe],
    ["with a hyphen that does not break", "José Álvarez\u2011Müller", jose],
    ["in capitals", "ZO&Euml; O’NEIL", zoe],
    ["over two lines", "Zoë\n   O'Neil", zoe],
    ["with a space that does not break", "Zoë&nbsp;O'Neil", zoe],
    ["the first name alone", "Zo&euml;", zoe],
    ["the surname alone", "O&rsquo;Neil", zoe],
    ["the first half of a double surname", "Álvarez", jose],
    ["the second half of a double surname", "M&uuml;ller", jose],
    ["the address with tags", "d.<b>oneil</b>@o2.test", zoe],
    ["the address with an entity", "d.oneil&#64;o2.test", zoe],
    ["the address with a named entity", "D.Oneil&commat;o2&period;test", zoe],
    ["the address as URLs write it", "mailto:d.oneil%40o2.test", "Ask mailto:participant 1!"],
    ["the address in a link", '<a href="mailto:d.oneil%40o2.test?subject=Zo%C3%AB">her</a>', "Ask her (mailto:participant 1?subject=participant 1)!"],
  ];
  for (const [how, spelling, page] of spellings) it(`go, ${how}`, () => expect(shown(`<p>Ask ${spelling}!</p>`)).to.equal(page));

  it("go from a text that is no HTML, too", () => {
    expect(redacted("From: <d.oneil@o2.test>, Zoë O’Neil < Álvarez & co.")).to.equal("From: <participant 1>, participant 1 < teammate 1 & co.");
  });

  it("leave the markup around them and inside them whole", () => {
    expect(redacted("<p><b>Zoë</b> <i>O'Neil</i> &amp; <u>José</u></p>")).to.equal("<p><b>participant 1</b><i></i> &amp; <u>teammate 1</u></p>");
    expect(redacted('Zo<a title="Zoë">ë</a>')).to.equal('participant 1<a title="participant 1"></a>');
  });

  it("are told apart where blocks, lines and cells end", () => {
    for (const [between, page] of [["</p><p>", "\n\n"], ["<br>", "\n"], ["</td><td>", " | "], ["</div><div>", "\n"]]) {
      expect(redacted(`Mail${between}Zoë${between}and${between}José`), between).to.equal(`Mail${between}participant 1${between}and${between}teammate 1`);
      expect(shown(`<table><tr><td>Mail${between}José`).endsWith(`Mail${page}teammate 1`), between).to.equal(true);
    }
  });

  it("go wherever a page joins what a tag divides", () => {
    const tags = "a abbr acronym address article b bdi bdo big blockquote center cite code data dd del details div dl dt em fieldset figcaption figure font footer form h1 header i ins kbd label legend li main mark menu nav o:p ol p pre q s samp section small span strike strong sub summary sup table td th time tr tt u ul var wbr x-own";
    for (const tag of tags.split(" ")) expect(shown(`Ask Zo<${tag}>ë</${tag}> O'Neil`), tag).not.to.match(/Zoë|O'Neil/);
  });

  it("go whatever letter of Latin, Greek or Cyrillic an entity stands for", () => {
    const entities = "Aring aelig Ccaron Scaron scaron lstrok Lstrok odblac nacute zdot Zcaron szlig oslash THORN eth oelig Gbreve Idot imath scedil alpha Omega sigmaf Acy shchcy iecy yucy iukcy";
    for (const entity of entities.split(" ")) {
      const letter = textOfHtml(`&${entity};`, { image: "", embedded: "", script: "" });
      expect(letter, entity).to.match(/^\p{L}$/u);
      expect(redacted(`Ask X&${entity};x Y now`, [{ type: "admin", id: "1", name: `X${letter}x Y` }]), entity).to.equal("Ask teammate 1 now");
    }
  });

  it("go as the record tells them encoded, too", () => {
    expect(redacted("Zoe\u0308 O’Neil", [{ type: "user", id: "x", name: "Zo&euml; O&#39;Neil" }])).to.equal("participant 1");
  });

  it("go where names of files and links join words", () => {
    expect(redacted("Zoë_O'Neil_cv.pdf, IMG_Álvarez.png, https://x.test/josé_álvarez-müller?q=zoë+o'neil")).to.equal("participant 1_cv.pdf, IMG_teammate 1.png, https://x.test/teammate 1?q=participant 1");
    expect(redacted("jam@desk.test_1, ada_jam@desk.test, a+jam@desk.test")).to.equal("teammate 1_1, ada_jam@desk.test, a+jam@desk.test");
    expect(redacted("_jam@desk.test_, hi\u2014jam@desk.test, 10\u2013jam@desk.test, me\u2026jam@desk.test")).to.equal("_teammate 1_, hi\u2014teammate 1, 10\u2013teammate 1, me\u2026teammate 1");
    const own: Person = { contactIds: new Set(["own"]), isOwnAddress: (address) => address === "jam@desk.test.au" };
    expect((withoutOthers({ people: PEOPLE, body: "jam@desk.test.au, jam@desk.test." }, own).data as { readonly body: string }).body).to.equal("jam@desk.test.au, teammate 1.");
    expect(redacted("ada_lovelace, Ada_Lovelace, Müllerin_Ottos", PEOPLE)).to.equal("ada_lovelace, Ada_Lovelace, Müllerin_Ottos");
  });

  it("stay where they are only a part of a word, or the person's own", () => {
    const people = [{ type: "user", id: "own", name: "Ann Lee-Strong" }, { type: "admin", id: "1", name: "Ann Strong-Fell" }];
    const body = "Ann, Lee, Strong, Fell&ouml;w, F&euml;ll, Fells, x%46ell, Anna, &Strong; 100% of R&amp;D, fell";
    expect(redacted(body, people)).to.equal(body);
    expect(redacted("Strong-Fell, Fell", people)).to.equal("teammate 1, teammate 1");
  });

  it("leaves all else of a text as it was received", () => {
    const body = "<p class='x'>Cafe\u0301 &eacute;&#233; ’ \u200b\u00ad  %41&nbsp;<3 <unclosed";
    expect(redacted(`${body} Zoë`)).to.equal(`${body} participant 1`);
    expect(redacted(body)).to.equal(body);
  });

  const admin = (name: string) => [{ type: "admin", id: "1", name }];
  const forms: readonly (readonly [string, string, string, string])[] = [
    ["in the German genitive", "Laura Schmidt", "Lauras Vorschlag, Frau Schmidts neue Nachricht und Laura Schmidts Idee", "teammate 1s Vorschlag, Frau teammate 1s neue Nachricht und teammate 1s Idee"],
    ["in the German genitive, two of them", "Otto Laur", "Ottos und Laurs Idee", "teammate 1s und teammate 1s Idee"],
    ["in capitals", "Laura Weiß-Otto", "LG LAURA. OTTO, WEISS-OTTO", "LG teammate 1. teammate 1, teammate 1"],
    ["of two letters", "Bo Lindqvist", "Best, Bo", "Best, teammate 1"],
    ["told in capitals", "WEBER Thomas", "Weber, T. Weber, Thomas W. and thomas weber, WEBER", "teammate 1, teammate 1, teammate 1 and teammate 1, teammate 1"],
    ["told in small letters", "otto von ahn", "Otto, Ahn", "teammate 1, teammate 1"],
    ["told with the surname first", "Weber, Thomas", "Weber and Thomas Weber", "teammate 1 and teammate 1"],
    ["in Japanese", "田中太郎", "田中です。田中様、私は田中太郎です", "teammate 1です。teammate 1様、私はteammate 1です"],
    ["in Japanese, told apart", "田中 太郎", "田中太郎です。太郎より", "teammate 1です。teammate 1より"],
    ["in Katakana", "ジョン・スミス", "ジョンです。ジョン・スミスより", "teammate 1です。teammate 1より"],
    ["in Chinese", "王小明", "我是王小明。小明，你好", "我是teammate 1。teammate 1，你好"],
    ["in Korean", "김민수", "김민수입니다. 민수님, 김민수의", "teammate 1입니다. teammate 1님, teammate 1의"],
    ["in Arabic", "محمد علي", "شكرا محمد", "شكرا teammate 1"],
  ];
  for (const [how, name, body, without] of forms) it(`go, ${how}`, () => expect(redacted(body, admin(name))).to.equal(without));

  it("stay where the word is one of the language: plurals, shouting, words of two letters, titles, and scripts without capitals", () => {
    const staying: readonly (readonly [string, string])[] = [
      ["Bill Marks", "Bills are due. BILL, I will pay the bill. MARKS ARE GOOD"],
      ["Otto Hart", "DAS IST HART. ICH HABE OTTO GESEHEN"],
      ["Du Pont", "Kannst Du mir helfen? DU"],
      ["An Do", "An alle: Do it"],
      ["Dr. Ed Font", "Dr. Meier, <FONT COLOR=red>edition, ED</FONT>, Edo, Fed"],
      ["Anna von Ahn", "Von hier"],
      ["Parker Jen", "Parkers, Jens, park"],
      ["محمد علي", "يجب علي ومحمدية"],
      ["田中太郎", "田中市の高田中学"],
      ["김민수", "민수는 김민 민"],
    ];
    for (const [name, body] of staying) expect(redacted(body, admin(name)), name).to.equal(body);
  });

  it("leave the person's own name with an s, in capitals, short, and in any script", () => {
    const own = (name: string) => ({ type: "user", id: "own", name });
    for (const [mine, theirs, body] of [["Anna Peters", "Anna Peter", "Peters Idee, Anna Peters Idee, ANNA"], ["Bo Li", "Bo Weber", "Best, Bo"], ["田中花子", "田中太郎", "田中です"], ["김민수", "이민수", "민수님"], ["Tina Weber", "Thomas Weber", "T. Weber"]] as const) {
      expect(redacted(body, [own(mine), ...admin(theirs)]), mine).to.equal(body);
    }
  });

  it("do not take long to be looked for in hostile texts", () => {
    // Of the processor, so that a busy machine does not count.
    const started = process.cpuUsage();
    for (const part of ["<", "<a", "<a =\"", "<a =\"'>", "<!--", "&", "&#x000", "&amp", "%e2%80", "e\u0301\u0301", "Zo", "Zoë ", "Zoë O'", "d.oneil@", "Zo<b>", " \n", "\u200b", "1\u1100\u1161", "Zoës ", "Zoës e", "Zoës aaaaaaaae ", "ZOË ", "Z. ", "王", "王小"]) redacted(part.repeat(200_000 / part.length));
    expect(process.cpuUsage(started).user / 1000).to.be.lessThan(6_000);
  }).timeout(60_000);
});
