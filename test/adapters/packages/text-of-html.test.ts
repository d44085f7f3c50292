import { expect } from "chai";
import { textOfHtml } from "../../../adapters/packages/text-of-html.js";

const WORDS = { image: "picture", embedded: "embedded", script: "script" };
const text = (html: string): string => textOfHtml(html, WORDS);

describe("the text of an HTML body", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["keeps paragraphs and line breaks", "<p>One</p><p>Two<br>Three<br><br>Four</p>", "One\n\nTwo\nThree\n\nFour"],
    ["folds white space as a page does", "  a \n\t b<span> c</span>d ", "a b cd"],
    ["keeps white space where the page does", "<pre>a\n  b</pre>c", "a\n  b\n\nc"],
    ["says where a link leads", '<a href="https://x.example.test/?a=1&amp;b=2">the page</a>!', "the page (https://x.example.test/?a=1&b=2)!"],
    ["does not say it twice", '<a href="https://x.example.test">https://x.example.test</a> <a href="mailto:a@example.test">a@example.test</a>', "https://x.example.test a@example.test"],
    ["shows a link without words as its address", '<a href="https://x.example.test"></a>', "https://x.example.test"],
    ["shows even a dangerous address, as text", '<a href=" java\nscript:alert(1)">click</a>', "click (java script:alert(1))"],
    ["makes lists readable", "<ul><li>a</li><li><p>b</p></li></ul><ol><li>c<li>d</ol>", "• a\n• b\n\n1. c\n2. d"],
    ["keeps cells of a table apart", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>", "a | b\nc | d"],
    ["tells of a picture", '<img alt="A cat" src="https://x.example.test/c.png"> and <img src="cid:1">', "[picture: A cat (https://x.example.test/c.png)] and [picture (cid:1)]"],
    ["tells of embedded content", '<iframe src="https://x.example.test"></iframe>', "[embedded (https://x.example.test)]"],
    ["leaves out scripts and style sheets", "a<script>alert(1)</script><style>b{}</style>c", "a [script] c"],
    ["shows the rest as it is where a style sheet never ends", "<p>before <style>b{} my <b>complaint</b>", "before <style>b{} my <b>complaint</b>"],
    ["leaves out a style sheet within a drawing", "a<svg><style>b{}</style></svg>c<svg><style>d{}</svg>e", "ace"],
    ["decodes entities", "&lt;b&gt; &amp; &eacute; &#x1F600; &nbsp;x", "<b> & é 😀 \u00a0x"],
    ["shows what was hidden", '<div style="display:none">secret</div><p hidden>too</p>', "secret\n\ntoo"],
    ["leaves plain text as it is", "2 < 3 and 5 > 4", "2 < 3 and 5 > 4"],
    ["survives tags that never end", "<p>a<b>b<i>c", "abc"],
    ["survives ends that never began", "</p></a></ul></pre>a</script>", "a"],
    ["takes an element of an unusual name for one like any other", "One <constructor>two</constructor> <p>three</p>", "One two\n\nthree"],
    ["says nothing of nothing", "<p><br></p>", ""],
  ];
  for (const [what, html, expected] of cases) it(what, () => expect(text(html)).to.equal(expected));

  it("shows the rest as it is where elements are nested beyond all reason", () => {
    const shown = text(`${"<b>".repeat(2_500)}words`);
    expect(shown).to.equal(`${"<b>".repeat(500)}words`);
    expect(text(`${"<b>".repeat(1_500)}words`)).to.equal("words");
  });

  it("does not take long for hostile sizes", () => {
    const started = performance.now();
    for (const html of ["<div>".repeat(400_000), "<a href=x>".repeat(100_000), "<ul><li>".repeat(200_000), "<p>".repeat(300_000), "\n\t ".repeat(300_000), "<".repeat(500_000), "&".repeat(300_000), "<!--".repeat(100_000)]) text(html);
    expect(performance.now() - started).to.be.lessThan(3_000);
  }).timeout(20_000);
});
