/** The one style sheet of every page: for the screen, a narrow one and paper. Fetches nothing. */
export const STYLE = `
:root{color-scheme:light;--ink:#1d2327;--soft:#50575e;--line:#d5d9dd;--accent:#0b5394;--warn:#8a4b00;--warn-bg:#fff6e5}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer,nav.top{max-width:62rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.75rem;line-height:1.25;margin:.25rem 0 1rem}
h2{font-size:1.3rem;line-height:1.3;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.5rem 0 .25rem}
h4{font-size:1rem;margin:0}
p{margin:.4rem 0}
a{color:var(--accent)}
a:focus-visible,input:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem 1rem}
.soft,.meta{color:var(--soft)}
.meta{font-size:.875rem}
.warn{border-left:.3rem solid var(--warn);background:var(--warn-bg);padding:.75rem 1rem;margin:1rem 0}
.warn h2{border:0;margin:0 0 .25rem;padding:0}
.mark{color:var(--warn);font-weight:600}
.hid{font:.8em ui-monospace,monospace;border:1px solid var(--warn);border-radius:.2em;padding:0 .2em;color:var(--warn);background:var(--warn-bg);unicode-bidi:isolate}
.none{color:var(--soft);font-style:italic}
.utc{color:var(--soft)}
dl{margin:.25rem 0}
dl>div{display:grid;grid-template-columns:minmax(8rem,14rem) minmax(0,1fr);gap:0 1rem;padding:.2rem 0}
dl>div+div{border-top:1px solid #eef0f2}
dt{color:var(--soft)}
dd{margin:0;white-space:pre-wrap}
dd li{white-space:pre-wrap}
dd>dl,dd>ol,li>dl,li>ol{white-space:normal}
dd dl>div{grid-template-columns:minmax(5rem,9rem) minmax(0,1fr)}
dd dd dd dl>div{grid-template-columns:minmax(0,1fr)}
dd dl{border-left:2px solid var(--line);padding-left:.75rem}
dd ol,dd ul{margin:.2rem 0;padding-left:1.5rem}
code{font:.85em ui-monospace,monospace;white-space:pre-wrap}
.toc{columns:2 18rem;padding-left:1.25rem}
.list{list-style:none;padding:0;margin:1rem 0}
.list li{display:flex;gap:1rem;justify-content:space-between;padding:.35rem 0;border-top:1px solid #eef0f2;content-visibility:auto;contain-intrinsic-size:auto 2.3rem}
.list a{flex:1;display:flex;gap:1rem;text-decoration:none}
.list a:hover b{text-decoration:underline}
.list b{font-weight:400}
.list time,.list .nodate{flex:0 0 6.5rem;color:var(--soft);font-variant-numeric:tabular-nums}
.list span{color:var(--soft);white-space:nowrap}
.list .mark{color:var(--warn)}
.list li[hidden]{display:none}
.search label{display:block;margin:1rem 0 .25rem}
.search input{font:inherit;width:100%;max-width:30rem;padding:.45rem .6rem;border:1px solid #767c82;border-radius:.25rem}
.msgs{list-style:none;padding:0;margin:0}
.msgs>li{border:1px solid var(--line);border-radius:.4rem;padding:.75rem 1rem;margin:.75rem 0}
.msgs>li.event{border-style:dashed;padding:.4rem 1rem}
.who{display:flex;flex-wrap:wrap;gap:0 .75rem;align-items:baseline}
.who h3{margin:0}
.text{white-space:pre-wrap;margin:.4rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.875rem}
.around{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
footer{margin-top:3rem;padding-bottom:2rem}
@media(max-width:40rem){dl>div,dd dl>div,dd dd dd dl>div{grid-template-columns:minmax(0,1fr)}dd ol,dd ul{padding-left:1rem}.list li,.list a{flex-wrap:wrap;gap:0 .75rem}.list time,.list .nodate{flex-basis:auto}}
@media print{body{font-size:10pt}.search,.skip,nav,.around{display:none}.list li{content-visibility:visible;break-inside:avoid}a{color:inherit;text-decoration:none}h1,h2,h3,h4{break-after:avoid}.warn{border:1.5pt solid #000;background:none}details::details-content{content-visibility:visible;height:auto}}
`.trim();
