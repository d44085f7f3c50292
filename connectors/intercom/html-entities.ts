/** How HTML writes a letter with an accent: `&eacute;` is e and the accent that stands above it. */
const ACCENTS: Readonly<Record<string, string>> = {
  acute: "\u0301", grave: "\u0300", circ: "\u0302", uml: "\u0308", tilde: "\u0303", ring: "\u030a", cedil: "\u0327", caron: "\u030c",
  breve: "\u0306", dot: "\u0307", macr: "\u0304", ogon: "\u0328", dblac: "\u030b",
};

/** Characters of names and addresses, with the names that HTML gives them; Latin, Greek and Cyrillic letters. Source: the HTML standard. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ...pairs(`amp & AMP & lt < LT < gt > GT > quot " QUOT " apos ' rsquo ’ rsquor ’ CloseCurlyQuote ’ lsquo ‘ lsquor ‚ OpenCurlyQuote ‘ sbquo ‚ prime ′ grave \` DiacriticalGrave \`
    acute ´ DiacriticalAcute ´ commat @ period . lowbar _ UnderBar _ plus + percnt % comma , colon : semi ; sol / lpar ( rpar ) lsqb [ rsqb ] num # excl ! quest ? equals =
    hyphen ‐ dash ‐ ndash – mdash — horbar ― minus −
    szlig ß aelig æ AElig Æ oelig œ OElig Œ eth ð ETH Ð thorn þ THORN Þ oslash ø Oslash Ø ostrok ø lstrok ł Lstrok Ł dstrok đ Dstrok Đ hstrok ħ Hstrok Ħ tstrok ŧ Tstrok Ŧ
    imath ı inodot ı jmath ȷ ijlig ĳ IJlig Ĳ kgreen ĸ lmidot ŀ Lmidot Ŀ napos ŉ eng ŋ ENG Ŋ angst Å micro µ ohm Ω fflig ﬀ filig ﬁ fllig ﬂ ffilig ﬃ ffllig ﬄ
    Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ Omicron Ο Pi Π Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω
    alpha α beta β gamma γ delta δ epsilon ε epsi ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π rho ρ sigmaf ς sigmav ς varsigma ς sigma σ tau τ
    upsilon υ upsi υ phi φ chi χ psi ψ omega ω
    IOcy Ё DJcy Ђ GJcy Ѓ Jukcy Є DScy Ѕ Iukcy І YIcy Ї Jsercy Ј LJcy Љ NJcy Њ TSHcy Ћ KJcy Ќ Ubrcy Ў DZcy Џ Acy А Bcy Б Vcy В Gcy Г Dcy Д IEcy Е ZHcy Ж Zcy З Icy И Jcy Й Kcy К
    Lcy Л Mcy М Ncy Н Ocy О Pcy П Rcy Р Scy С Tcy Т Ucy У Fcy Ф KHcy Х TScy Ц CHcy Ч SHcy Ш SHCHcy Щ HARDcy Ъ Ycy Ы SOFTcy Ь Ecy Э YUcy Ю YAcy Я
    acy а bcy б vcy в gcy г dcy д iecy е zhcy ж zcy з icy и jcy й kcy к lcy л mcy м ncy н ocy о pcy п rcy р scy с tcy т ucy у fcy ф khcy х tscy ц chcy ч shcy ш shchcy щ hardcy ъ
    ycy ы softcy ь ecy э yucy ю yacy я iocy ё djcy ђ gjcy ѓ jukcy є dscy ѕ iukcy і yicy ї jsercy ј ljcy љ njcy њ tshcy ћ kjcy ќ ubrcy ў dzcy џ`),
  ...["nbsp", "NonBreakingSpace", "ensp", "emsp", "emsp13", "emsp14", "numsp", "puncsp", "thinsp", "ThinSpace", "hairsp", "VeryThinSpace", "MediumSpace", "Tab", "NewLine"].map((name) => [name, " "] as const),
  ...["shy", "zwj", "zwnj", "lrm", "rlm", "ZeroWidthSpace", "NegativeVeryThinSpace", "NegativeThinSpace", "NegativeMediumSpace", "NegativeThickSpace", "NoBreak", "af", "ApplyFunction",
    "it", "InvisibleTimes", "ic", "InvisibleComma"].map((name) => [name, ""] as const),
]);

/** Those that browsers read without a semicolon, too, even before another letter, and any reference that has one. */
export const ENTITY = /&(?:#x0*([0-9a-f]{1,6})(?![0-9a-f]);?|#0*(\d{1,7})(?!\d);?|([a-z])(acute|grave|circ|uml|tilde|ring|cedil|caron|breve|dot|macr|ogon|dblac);?|(szlig|aelig|eth|thorn|oslash|amp|quot|nbsp|shy|micro|lt|gt)(?!\w*;)|([a-z]\w{1,31});)/gi;

/** What a match of `ENTITY` stands for; as it is, where that is not known here. */
export function decoded(entity: string, hex?: string, decimal?: string, letter?: string, accent?: string, bare?: string, name?: string): string {
  if (hex !== undefined) return ofCode(parseInt(hex, 16), entity);
  if (decimal !== undefined) return ofCode(Number(decimal), entity);
  if (letter !== undefined && accent !== undefined) return (letter + (ACCENTS[accent.toLowerCase()] ?? "")).normalize("NFC");
  const called = bare ?? name ?? "";
  return NAMED.get(called) ?? entity;
}

function ofCode(code: number, otherwise: string): string {
  if (code > 0x10ffff) return otherwise;
  // References to 0x80 to 0x9f mean Windows-1252; of its characters these stand in names.
  return WINDOWS.get(code) ?? String.fromCodePoint(code);
}

const WINDOWS: ReadonlyMap<number, string> = new Map([[0x8a, "Š"], [0x8c, "Œ"], [0x8e, "Ž"], [0x91, "‘"], [0x92, "’"], [0x96, "–"], [0x97, "—"], [0x9a, "š"], [0x9c, "œ"], [0x9e, "ž"], [0x9f, "Ÿ"]]);

function pairs(table: string): readonly (readonly [string, string])[] {
  const words = table.trim().split(/\s+/);
  return words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? ""] as const] : []));
}
