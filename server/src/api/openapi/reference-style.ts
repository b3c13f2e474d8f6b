/** How the page of the API's document looks, light and dark. Served by the reference routes as a file. */
export const referenceStyle = `:root{color-scheme:light dark;--text:light-dark(#1b1f24,#e6e8eb);--dim:light-dark(#59636e,#9aa4af);--line:light-dark(#d9dee3,#30363d);--back:light-dark(#fff,#0f1216);--soft:light-dark(#f5f7f9,#171b21);--link:light-dark(#0b5fff,#7ab0ff)}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 6rem;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
a{color:var(--link)}
code{font:13px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
small{color:var(--dim)}
h1{margin:0 0 .5rem;font-size:1.6rem}
h2{margin:2.5rem 0 .75rem;font-size:1.2rem}
h3{margin:2rem 0 .5rem;font-size:1rem}
h4{margin:1rem 0 .25rem;font-size:.85rem;color:var(--dim)}
p{margin:.25rem 0}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin-top:.75rem}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;background:var(--back)}
summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem .6rem;padding:.45rem .75rem;cursor:pointer;list-style:none}
summary:hover,details[open]>summary{background:var(--soft)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:1px}
summary>span:last-child{color:var(--dim)}
details>div{padding:.5rem .75rem 1rem;border-top:1px solid var(--line);overflow-x:auto}
.m{min-width:4.2rem;font:600 12px/1.4 ui-monospace,Menlo,Consolas,monospace}
.get{color:light-dark(#0a6640,#5bd69b)}
.post{color:light-dark(#0b5fff,#7ab0ff)}
.delete{color:light-dark(#b3261e,#ff9a91)}
.role{float:right}
table{width:100%;border-collapse:collapse;margin:.25rem 0}
td{padding:.3rem .5rem .3rem 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td:first-child{width:28%}
td:nth-child(2){width:34%}
.d1{padding-left:1rem}.d2{padding-left:2rem}.d3{padding-left:3rem}.d4{padding-left:4rem}
ul{margin:.25rem 0;padding-left:1.2rem}
:target{scroll-margin-top:1rem}
h3:target{color:var(--link)}
@media(max-width:600px){td{display:block;width:auto!important;border:0;padding:.1rem 0}tr{display:block;border-top:1px solid var(--line);padding:.3rem 0}.role{float:none;display:block}}
`;
