"""How the policy book looks, on screen, on a telephone and on paper; and its one script.

Nothing is fetched: fonts are those of the machine, style and script stand in each page. What must
stay true: every page reads in full without the script, and prints without cut rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_CSS = """
:root{--ink:#1d1d1f;--soft:#5f5f5f;--line:#d8d4c8;--red:#a4161a;--bg:#fffdf8;--head:#f4efe4;
--sans:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif;
--serif:"Noto Serif CJK SC","Source Han Serif SC","Songti SC",SimSun,serif}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.8 var(--serif);line-break:strict;text-autospace:normal;overflow-wrap:break-word}
main,header,footer{max-width:60rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:1.6rem}
a{color:#8c1217;text-underline-offset:.2em;text-decoration-thickness:1px;text-decoration-color:#d9a9a9}
header a,nav a,.turn a{text-decoration:none}
nav{border-bottom:1px solid var(--line);padding:.3rem 0 .6rem;font:.9rem/1.9 var(--sans);display:flex;flex-wrap:wrap;gap:0 1.1rem}
nav a[aria-current]{color:var(--ink);font-weight:600}
h1{font-size:1.65rem;line-height:1.4;margin:1.3rem 0 .4rem}
h2{font-size:1.22rem;border-left:.3rem solid var(--red);padding-left:.6rem;margin:2.1rem 0 .7rem;line-height:1.5}
h3{font-size:1.04rem;margin:1.3rem 0 .3rem;line-height:1.6}
h4{font:600 .92rem/1.6 var(--sans);margin:.9rem 0 .1rem;color:var(--soft)}
p{margin:.5rem 0}
.wide{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.93rem;line-height:1.65}
th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
th{background:var(--head);font-weight:600}thead th,tbody th{white-space:nowrap}td:first-child{min-width:6em}.nb{white-space:nowrap}
td:empty::after{content:"—";color:var(--soft)}
td>ul:first-child,td>p:first-child,td>h4:first-child{margin-top:0}
ul{padding-left:1.25rem;margin:.3rem 0}li{margin:.2rem 0}
dl{margin:.5rem 0;display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dt{color:var(--soft)}dd{margin:0}
.s{font:.78em/1.45 var(--sans);border:1px solid;border-radius:.25rem;padding:0 .35rem;white-space:nowrap;display:inline-block;vertical-align:.08em;margin:0 .15rem}
.s0{color:#1b6e3c}.s1{color:#7a5c00}.s2{color:#8a4b00}.s3{color:#1f4e8c}.s4{color:#a4161a}.d{color:var(--soft)}
.src{color:var(--soft);font-size:.9em}.src a{color:inherit}.src code{font:inherit;white-space:nowrap}
.note{color:var(--soft);font-size:.95em}.note .note,.src .src{font-size:1em}
.fig{font-size:.95em;line-height:1.6}
.list{table-layout:fixed}.list th:nth-child(1){width:24%}.list th:nth-child(2){width:46%}.list th:nth-child(3){width:13%}
.list .group th{width:auto;background:#faf7ef}.list ul{padding-left:1rem}.head dl{margin:.1rem 0}.head{border-left:.3rem solid var(--red)}
.story{margin:.3rem 0 .8rem;padding-left:1rem;border-left:2px solid var(--line);font:.92rem/1.7 var(--sans)}.story p{margin:.1rem 0}.told{width:auto}
.contents{display:block}.contents ol{margin:.2rem 0 .6rem}
.even{table-layout:fixed}.even th:first-child{width:18%}
.many tbody th{white-space:normal;min-width:4.6em}
.box{border:1px solid var(--line);background:#fff;padding:.5rem 1rem .7rem;margin:.8rem 0}.box h3{margin-top:.3rem}
.ok{color:#1b6e3c}.bad{color:#a4161a;font-weight:600}
pre{white-space:pre-wrap;font:.9rem/1.7 var(--sans);background:#fff;border:1px solid var(--line);padding:.5rem .9rem;margin:.3rem 0 .6rem;overflow-x:auto}
details{margin:.15rem 0}summary{cursor:pointer}
#q{width:100%;padding:.55rem .7rem;font:inherit;border:1px solid var(--line);background:#fff;margin-top:.5rem}
#hits{list-style:none;padding:0}#hits li{border-bottom:1px solid var(--line);padding:.2rem 0}
.turn{display:flex;justify-content:space-between;gap:1rem;margin:2.5rem 0 0;padding-top:.6rem;border-top:1px solid var(--line);font-family:var(--sans);font-size:.9rem}
footer{color:var(--soft);font-size:.85rem;padding-top:1.2rem;padding-bottom:2.5rem}
@media(max-width:40rem){body{font-size:15.5px}main,header,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.35rem}
.wide>table{min-width:32rem}.wide>.short{min-width:0}.wide>.many{min-width:44rem}dl{display:block}dt{font-size:.86rem}dd{margin-bottom:.3rem}}
@media screen{.contents{columns:2;column-gap:2rem}.contents h2{column-span:all}.contents h3{break-after:avoid}}
@media print{
body>header,header nav,#q,#hits,.turn{display:none}
body{background:#fff;font-size:8.9pt;line-height:1.43}main,footer{max-width:none;padding:0}
h1{font-size:12.5pt;margin:.9rem 0 .15rem;border-bottom:1px solid var(--red)}h2{font-size:9.8pt;line-height:1.3;margin:.4rem 0 .1rem;border-left-width:.18rem;padding-left:.4rem}
h3{font-size:9.5pt;margin:.5rem 0 .1rem}h4{font-size:9pt;margin:.3rem 0 0}p{margin:.2rem 0}ul{margin:.1rem 0;padding-left:1rem}li{margin:.05rem 0}
table{font-size:8pt;line-height:1.35}th,td{padding:.12rem .35rem}.wide{margin:.25rem 0}dl{margin:.2rem 0;gap:.05rem .7rem}.fig,.note,.src{line-height:1.4}
h1,h2,h3,h4,h1+.src{break-after:avoid}tr:not(.long),li>.fig,summary,dl>*,.many p{break-inside:avoid}thead{display:table-header-group}tr.group{break-after:avoid}
.wide{overflow:visible}.wide>table{min-width:0}.many{font-size:7.8pt}.box{break-inside:avoid;padding:.2rem .6rem .3rem;margin:.35rem 0}a{color:inherit;text-decoration:none}
pre,.box,th{background:none}section:first-child>h1:first-child{margin-top:0}
ul.flat{padding:0}ul.flat>li{display:inline}ul.flat>li+li::before{content:"；"}
.contents{columns:2;column-gap:1.2rem;font-size:9pt;border:0}.contents h2{column-span:all}.contents ol{margin:.1rem 0 .4rem;padding-left:1.6rem}.contents li{break-inside:avoid}
.contents a::after{content:leader(".") target-counter(attr(href url),page)}
}
"""
_PAPER = '@page{{size:A4;margin:16mm 14mm 14mm;@top-left{{content:"{title}";{small}}}@top-right{{content:"{version}";{small}}}@bottom-center{{content:counter(page);{small}}}}}'

_SCRIPT = """
const q=document.getElementById('q'),h=document.getElementById('hits');
const fold=t=>t.toLowerCase().normalize('NFKC');
const ALL=INDEX.map(([k,t,u,a,x])=>[k,t,u,fold(t),fold(t+' '+a),fold([t,a,x].join(' '))]);
// a word as it stands, or two words written as one
const has=(s,w)=>{if(s.includes(w))return true;for(let i=2;i<=w.length-2;i++)if(s.includes(w.slice(0,i))&&has(s,w.slice(i)))return true;return false};
const find=text=>{const w=fold(text).split(/[\\s,，、。;；]+/).filter(Boolean);if(!w.length)return[];
const rank=e=>w.every(v=>has(e[3],v))?0:w.every(v=>has(e[4],v))?1:2;
return ALL.filter(e=>w.every(v=>has(e[5],v))).map((e,n)=>[rank(e)+(e[0]=='事项'||e[0]=='资格'?0:1.5),n,e]).sort((a,b)=>a[0]-b[0]||a[1]-b[1]).map(x=>x[2])};
q&&q.addEventListener('input',()=>{h.replaceChildren();if(!q.value.trim())return;const found=find(q.value);
const say=t=>{const l=document.createElement('li');l.className='note';l.textContent=t;h.append(l)};
if(!found.length)say('没有找到；少写一个词，或换个说法，或看分类索引');
for(const[k,t,u]of found.slice(0,60)){const l=document.createElement('li'),a=document.createElement('a'),s=document.createElement('span');
s.className='s d';s.textContent=k;a.href=u;a.textContent=t;l.append(s,' ',a);h.append(l)}
if(found.length>60)say('共 '+found.length+' 处，只列前 60 处；多写一个词可以缩小')});
"""


def css(chapters: Sequence[str], title: str, version: str) -> str:
    """The style sheet; the title and the version of the rulebook head every printed page, and the chapter in the whole book."""
    small = "font:8.5pt sans-serif;color:#555"
    named = "".join(f'.c{n}{{page:c{n}}}@page c{n}{{@top-center{{content:"{_quoted(chapter)}";{small}}}}}' for n, chapter in enumerate(chapters))
    return _CSS + _PAPER.format(title=_quoted(title), version=_quoted(version), small=small) + f"@media print{{{named}}}"


def _quoted(text: str) -> str:
    """Text inside a quoted CSS string, safe inside a <style> element too."""
    return re.sub(r'[\\"<>\x00-\x1f]', lambda m: f"\\{ord(m.group()):x} ", text)


def search(entries: Sequence[tuple[str, str, str, str, str]]) -> str:
    """The search box's script with its index: kind, title, address, what else it is called, further words."""
    data = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<script>const INDEX={data};{_SCRIPT}</script>"
