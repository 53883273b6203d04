"""What the YAML files of a rulebook may say: pydantic models, one per kind of entry.

They check shape only (which keys, which kinds of value); names, types, units and standings are the
compiler's work. The same models export the JSON Schemas that editors use. Expressions and values
stay `Word`s with their places. What must stay true: an unknown key is an error with a suggestion,
nothing here holds a figure, and every key has a description that its writer understands, true to
docs/language.md (which lists the same keys: tests/rulebook/test_schemas.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema

from ..errors import Code as Complaint
from ..errors import InputError, Problem, clip, suggestion
from .chinese import fixed_word, listed
from .yamltree import Rows, Table, locate, wide_colons

M = TypeVar("M", bound=BaseModel)
YES = {"是": True, "true": True, "否": False, "false": False}


def _scalar(value: Any) -> Any:
    if isinstance(value, Table | Rows | dict | list):
        raise ValueError("这里应写一个值，不是清单或键值")
    if str(value).strip() == "":
        raise ValueError("这里是空的")
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value in YES:
            return YES[value]
        raise ValueError("写 是 或 否")
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("日期写作 2026-01-31，且须真有这一天") from None
    return value


def _many(value: Any) -> Any:
    if isinstance(value, str):
        return [value]
    return value


Txt = Annotated[str, BeforeValidator(_scalar)]
# a value that depends on a reading is written as a list (see `variants`), and is one value when it comes here
BY_READING = {
    "type": "array", "description": "随读法变的值：每种读法一项",
    "items": {"type": "object", "properties": {"读法": {"type": "object", "description": "读法的名称到选项"}, "取": {"description": "这样读时的值"}},
              "required": ["读法", "取"], "additionalProperties": False},
}  # fmt: skip
Code = Annotated[Any, PlainValidator(_scalar), WithJsonSchema({"anyOf": [{"type": "string"}, BY_READING]})]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"enum": ["是", "否", "true", "false"]})]
Day = Annotated[date, BeforeValidator(_day)]
Many = Annotated[list[Txt], BeforeValidator(_many), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})]
Raw = Annotated[Any, PlainValidator(lambda v: v), WithJsonSchema({})]
Standing = Literal["假定", "未定"]
Letter = Literal["A", "B", "C", "M"]


def _no_docstring(schema: dict[str, Any]) -> None:
    schema.pop("description", None)


class Entry(BaseModel):
    """One entry of a file. The docstrings are a maintainer's; what a writer's editor shows are the descriptions of the keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_no_docstring)


class Sourced(Entry):
    """Where something stands: document (or the clause's), letter of its sheet, standing by hand."""

    document: Txt | None = Field(None, description="出自哪份文件：documents.yaml 的 id；写了条款可不写")
    clause: Many = Field([], description="出自哪一条款：clauses.yaml 的 id；几条写清单，如 [81号·标准, 5号·标准]，适用日期当日有一份有效就按那一份")
    letter: Letter | None = Field(None, description="资料可靠程度，覆盖文件的：A 全文、B 原文节选、C 转述、M 凭记忆（须写 basis: 假定）")
    cut: Flag = Field(False, description="是：资料在关键处中断，按待核")
    basis: Standing | None = Field(None, description="手写的依据状态，只能是 假定 或 未定；其余由文件推出，不写")
    quote: Txt | None = Field(
        None, description="所依据的资料里的几个字，不超过 30 字，写进数字，如 单个项目不超过10万元；中间略去的用 …；找过而资料没有原话的写 无，并写 note"
    )
    note: Txt | None = Field(None, description="说明，印给人看")


class Use(Entry):
    rulebook: Txt = Field(description="引用哪个规则库：它的编号，如 common")
    version: Txt = Field(description="引用的版本；与那个规则库的版本对不上就不编译")
    prefix: Txt | None = Field(None, alias="as", description="前缀，如 技先；不写就是编号（- 换成 _）")
    same: Many | Literal["全部"] = Field([], description="不带前缀直接用的名称，写清单；或写 全部")


class Manifest(Entry):
    id: Txt = Field(description="规则库的编号（文件夹名），如 datong-outsourcing")
    title: Txt = Field(description="规则库的名称")
    version: Txt = Field(description='版本，如 "1"')
    jurisdiction: Txt = Field(description="作决定的辖区，如 中国/山西省/大同市：半角斜线，没有空的一级")
    language: Txt | None = Field(None, description="用第几版规则语言写的，如 1；不写是 1；新旧不同的用 huiqi rules migrate 改写")
    summary: Txt | None = Field(None, description="简介：一两句话说明管什么")
    note: Txt | None = Field(None, description="说明，如所据文本的来历")
    uses: list[Use] = Field([], description="引用的规则库，一项一个")
    rounding: Raw = Field(None, description="各项金额怎样取整到分，如 {to: 分, direction: half up}；不写也是这样；文件有规定的加 clause")


class Document(Entry):
    id: Txt = Field(description="文件的编号，别处凭它引用，如 nt-2022-19")
    title: Txt = Field(description="文件标题")
    number: Txt | None = Field(None, description="文号，如 通政发〔2022〕19号")
    issuer: Txt = Field(description="发文机关")
    jurisdiction: Txt = Field(description="在哪里有效，如 中国/江苏省/南通市")
    start: Day | None = Field(None, alias="from", description="施行日，如 2022-04-24")
    end: Day | None = Field(None, alias="to", description="最后有效日（含），如 2024-12-31")
    sheet: Txt = Field(description="据哪份资料")
    digest: Txt | None = Field(None, alias="sheet digest", description="读的那份资料当时的摘要；由 rules check --sources 文件夹 --renew 写，不手写")
    letter: Letter = Field(description="资料可靠程度：A 全文、B 原文节选、C 转述、M 凭记忆")
    amends: Txt | None = Field(None, description="修订或接替哪份文件：它的 id")
    relies_on: Many = Field([], alias="relies on", description="依据的上级文件：它的 id，一份或几份；上级失效时提醒")
    assumed: Many = Field([], description="from、to、number 里哪些是假定，如 [to]")
    note: Txt | None = Field(None, description="说明")


class Clause(Entry):
    id: Txt = Field(description="条款的编号，别处凭它引用，如 方案·6")
    document: Txt = Field(description="在哪份文件里：documents.yaml 的 id")
    title: Txt = Field(description="条款的标题")
    says: Txt = Field(description="条款说了什么：转述，不是原文")
    disposition: Literal["measure", "recognition", "condition", "channel", "target", "duty", "unread", "todo"] = Field(
        description="处置：measure 支持事项、recognition 资格、condition 条件、channel 资金渠道、target 目标、duty 政府职责、unread 未读、todo 还没有处置"
    )
    why: Txt | None = Field(None, description="为什么没有规则；处置是 duty、unread 的必须写，是 condition 而没有一处引用它的也写")
    known: Day | None = Field(
        None, alias="known from", description="哪天才知道有这一条，如 2025-06-01；那天以前的审核日期，依它的事项和条件还不算；一向知道的不写"
    )
    lead: Many = Field([], description="牵头部门，一个或几个；事项没写部门时用它")
    support: Many = Field([], alias="with", description="配合部门，一个或几个；事项没写部门时用它")


Kind = Literal["money", "quantity", "number", "ratio", "boolean", "choice", "text", "date", "period", "year", "uscc", "industry"]


class Fact(Entry):
    id: Txt = Field(description="英文编号：小写英文字母、数字、下划线，以字母开头，如 offshore_executed")
    kind: Kind = Field(
        description="种类：money 金额、quantity 数量、number 数、ratio 比率、boolean 是否、choice 选项、text 文字、date 日期、period 期限、year 年度、uscc 统一社会信用代码、industry 国民经济行业代码"
    )
    unit: Txt | None = Field(None, description="金额的币种、数量的单位，如 美元、人；不带万、亿")
    least: Txt | None = Field(None, alias="min", description="下限，带单位，如 0美元；低于它的拒收；金额、数量、数、比率必须写")
    most: Txt | None = Field(None, alias="max", description="上限，带单位，如 10亿美元；高于它的拒收；金额、数量、数、比率必须写")
    usual: Raw = Field(None, description="通常范围 [下限, 上限]，如 [0美元, 2亿美元]；超出只提醒")
    options: Many = Field([], description="choice 的选项，写清单")
    aliases: dict[str, Many] = Field({}, description="选项的别的写法，如 {平城区: [大同市平城区]}；写了等于选了那一项")
    decimals: int | None = Field(None, description="最多几位小数，0 到 12；不写时金额 2 位，数量 0 位")
    per: Literal["year"] | None = Field(None, description="写 year：按年度填报")
    personal: Flag = Field(False, description="是：个人信息，JSON 与回执里用化名")
    optional: Flag = Field(False, description="是：可以为 无（已知没有）；用到它的表达式必须先处理无")
    judgement: Flag = Field(False, description="是：只有人能判断（一事一议、评审），没给就是待评审")
    verified_by: Txt | None = Field(None, alias="verified by", description="由哪个部门核实，没给就是待核实；与 judgement 同写的，由哪个部门认定")
    fixed: Flag = Field(False, description="是：已成事实或不由企业决定，“怎样才会满足”不去改它；已过的日期、已获支持、评审的不必写")
    event: Flag = Field(False, description="是：这一天发生的事，如发证、签订、到账；晚于审核日期的提醒核对")
    holder: Flag = Field(False, description="是：这一条归谁，如证书上的持证人；写的不是申报主体的名称的，提醒核对")
    label: Txt | None = Field(None, description="显示名")
    explain: Txt | None = Field(None, description="口径：这一项怎样算、怎样填")
    evidence: Many = Field([], description="证明它的材料，一份或几份")
    example: Txt | None = Field(None, description="待填的工作簿里示例一行写什么，如 120万美元；写“不举例”的空着（明细的 key 写它，整行空着）；不写的照种类")
    note: Txt | None = Field(None, description="说明")


class Record(Entry):
    id: Txt = Field(description="英文编号：小写英文字母、数字、下划线，以字母开头，如 certifications")
    noun: Txt = Field(description="计数词，如 件、笔；也是单位，不能是元、天、年一类的计量单位")
    key: Txt = Field(description="哪一栏是每条的编号，如 证号；案例里不能缺、不能重")
    exact: Flag = Field(False, description="是：只差全半角、大小写的编号算两条；不写则算重复，退回")
    fixed: Flag = Field(False, description="是：条数和各栏都已成事实，“怎样才会满足”不去增改")
    label: Txt | None = Field(None, description="显示名")
    explain: Txt | None = Field(None, description="说明：一条记录是什么")
    fields: dict[str, Fact] = Field(description="各栏，写法同数据项，如 {证号: {id: number, kind: text}}")


class Unit(Entry):
    equals: Txt | None = Field(None, description="合多少个另一个单位，如 15亩、2000/3平方米；不写的自成一个单位")
    aliases: Many = Field([], description="别的写法，如 平方千米")
    note: Txt | None = Field(None, description="说明")


class Vocabulary(Entry):
    note: Txt | None = Field(None, description="说明")
    units: dict[str, Unit] = Field({}, description="内置以外的单位，名称: 各键，如 {亩: {}, 公顷: {equals: 15亩}}")
    facts: dict[str, Fact] = Field({}, description="申报数据项，名称: 各键")
    records: dict[str, Record] = Field({}, description="明细（一户企业的多条记录），名称: 各键")
    synonyms: list[Many] = Field([], description="查找时当作一个意思的词，一组一行，如 [支持, 补助, 补贴]；只帮人查找，不参与判断")
    checks: Raw = Field(
        None, description="每份案例都要满足的关系，名称: 表达式，如 离岸执行额不超过执行额: 离岸执行额 <= 执行额；逐条的写 {on: 明细, expr: 表达式}"
    )


class Version(Sourced):
    value: Raw = Field(description="值，如 10万元、50%；目录写清单，区间写 [下限..上限)；没有的写 未定 并写 basis: 未定")
    start: Day | None = Field(None, alias="from", description="从哪天起有效（含），如 2022-04-24")
    end: Day | None = Field(None, alias="to", description="到哪天为止有效（含）；同一份文件的版本不得重叠")
    known: Day | None = Field(
        None,
        alias="known from",
        description="哪天才知道有这一版，如 2025-06-01；那天以前的审核日期，接着用紧接着的前一版，没有前一版是标准未定；一向知道的不写",
    )


class Parameter(Entry):
    id: Txt = Field(description="英文编号：小写英文字母、数字、下划线，以字母开头，如 certification_rate")
    kind: Literal[Kind, "list", "monthday"] | None = Field(
        None, description="种类：数据项的种类之一，或 list 目录、monthday 每年的一天（4月1日）；能从值看出来的可不写"
    )
    unit: Txt | None = Field(None, description="单位，如 元；写了就是数量；按天的期限写 kind: period、unit: 天")
    bounds: Raw = Field(None, description="[下限, 上限]，如 [0%, 100%]：标准未定时也能保证的范围")
    values: list[Version] = Field(description="各版本，一项一个")
    aliases: dict[str, Many] = Field({}, description="目录用：目录里的词的别的写法，{词: [别的写法, …]}")
    formerly: dict[str, Many] = Field(
        {}, description="目录用：旧称、并称，一个可能是目录里的哪几个：{南郊区: [平城区, 云冈区]}；写了它的按待核实处理，不算在内也不算不在"
    )
    prefixes: Many = Field([], description="目录用：写在词前面、不改变意思的话，如 [大同市, 山西省大同市]")
    note: Txt | None = Field(None, description="说明")


class Input(Entry):
    """A column of a table; what it can be (`min` … `options`) is the fact's of that name, if not said."""

    name: Txt = Field(description="指标的名称，如 最近一年销售收入")
    kind: Kind = Field(description="指标的种类，写法同数据项的 kind，如 money、choice")
    unit: Txt | None = Field(None, description="指标的单位，如 元")
    least: Txt | None = Field(None, alias="min", description="最小可能的值；不写就取同名数据项的")
    most: Txt | None = Field(None, alias="max", description="最大可能的值；不写就取同名数据项的")
    decimals: int | None = Field(None, description="最多几位小数；不写就取同名数据项的")
    options: Many = Field([], description="选项类指标有哪些选项；不写就取同名数据项的")


class Row(Sourced):
    when: Raw = Field(
        description="这一行管的范围：一格，或几格的清单；格子写 -（不限）、比较、区间、一个值，或用顿号分开的几个值，如 <= 5000万元；边界可以是标准，如 <= 大额起点；整条条件写 {expr: 表达式}"
    )
    value: Raw = Field(
        description="这一行的值，如 5%；可以是标准或算式，文字的写 {expr: 表达式}；资料在这里中断写 未读，没有标准写 未定；collect: count 的写 -"
    )
    start: Day | None = Field(None, alias="from", description="这一行从哪天起有效（含），如 2022-04-24；不写就没有起日")
    end: Day | None = Field(None, alias="to", description="这一行到哪天为止有效（含）；不写就没有止日")
    known: Day | None = Field(
        None,
        alias="known from",
        description="哪天才知道有这一行，如 2025-06-01；那天以前的审核日期，接着用前一天到期的各行；同一天起的各行写法相同；一向知道的不写",
    )


class Uncovered(Entry):
    """Values a table has no row for on purpose, and why."""

    when: Raw = Field(description="有意不覆盖的范围，写法同行的格子，如 < 200万美元")
    why: Txt = Field(description="为什么没有标准")


class TableEntry(Sourced):
    id: Txt = Field(description="英文编号：小写英文字母、数字、下划线，以字母开头，如 rnd_share")
    match: Literal["first", "highest", "slab", "marginal", "collect"] | None = Field(
        None, description="怎样取值：first 第一个符合的行、highest 符合的行里最高的、slab 全额套档、marginal 超额累进、collect 符合的各行合起来"
    )
    collect: Literal["sum", "min", "max", "count"] | None = Field(
        None, description="match: collect 的必写，符合的各行怎样合起来：sum 合计、min 最低、max 最高、count 行数"
    )
    inputs: list[Input] = Field(description="按哪些指标查表，一项一个")
    kind: Kind | None = Field(None, description="值的种类，如 ratio；写法同数据项的 kind")
    unit: Txt | None = Field(None, description="值的单位，如 元")
    rows: list[Row] = Field(description="各行")
    uncovered: list[Uncovered] = Field([], description="有意不覆盖的范围，落在里面的按标准未定处理")


class Definition(Sourced):
    id: Txt | None = Field(None, description="英文编号：小写英文字母、数字、下划线，以字母开头；可不写")
    on: Txt | None = Field(None, description="明细的名称：口径成为它的一栏，表达式里直接写同一条的栏名")
    expr: Code = Field(description="表达式，如 收入总额 - 不征税收入")
    zero: Literal["不符合", "待核"] | None = Field(None, alias="分母为零", description="除数可能为零时：不符合（按不满足）或 待核（待定）")
    explain: Txt | None = Field(None, description="口径说明")


class Departments(Entry):
    lead: Many = Field([], description="牵头部门，一个或几个")
    support: Many = Field([], alias="with", description="配合部门，一个或几个")


class Recognition(Sourced):
    id: Txt = Field(description="资格的编号，如 hnte；与事项共用一套，不能相同")
    title: Txt = Field(description="资格的名称，表达式里用它，如 高新技术企业")
    kind: Literal["derived", "conferred"] = Field(description="derived 按条件计算；conferred 由机关授予，看证书")
    certificate: Txt | None = Field(None, description="授予类必写：证书上的名称")
    aliases: Many = Field([], description="授予类：证书名称的别的写法，如 [国家高新技术企业, 高企]")
    authority: Txt | None = Field(None, description="授予类必写：认定机关")
    governed_by: Code | None = Field(None, alias="governed by", description="按哪个日期适用：一个日期的表达式；不写是审核日期")
    when: Raw = Field(None, description="条件，一项一条，名称: 表达式；与 unless 不能一条都没有")
    unless: Raw = Field(None, description="不予认定的情形，一项一条，名称: 表达式；有一条满足就不认定")
    lapses: Raw = Field(None, description="授予类：证书还在期内也使资格失效的情形，写法同 unless")
    incomplete: Many = Field([], description="有哪些条款没读到：clauses.yaml 的 id")
    evidence: Raw = Field(None, description="材料：文字，或 {text: 文字, when: 表达式}")
    departments: Departments | None = Field(None, description="部门：lead 牵头、with 配合")


class Reading(Entry):
    question: Txt = Field(description="条文的疑问")
    chosen: Txt = Field(description="取哪种读法")
    instead_of: Many = Field([], alias="instead of", description="不取的读法，一种或几种")
    standing: Standing | None = Field(None, description="这种读法的依据状态：假定（不写就是它）或 未定")


class Choice(Entry):
    """A named choice between readings of a clause: open unless `chosen`."""

    id: Txt = Field(description="读法的名称，如 增长额口径；表达式和“读法”里用它")
    clause: Many = Field(description="哪一条款有不止一种读法：clauses.yaml 的 id，一条或几条")
    question: Txt = Field(description="条文的疑问，一句话，如 按全部增长额还是只按超过起点的部分奖励？")
    options: Many = Field(description="各种读法，两种以上，写清单")
    chosen: Txt | None = Field(None, description="规则库已经取定的一种；不写就是未定：每种读法都算，结论只说各种读法一致的部分")
    by: Literal["document"] | None = Field(None, description="写 document：是文件自己定的，依据状态照文件；不写，取定的读法按假定")
    document: Txt | None = Field(None, description="by: document 时，定下读法的文件；不写就是条款的文件")
    note: Txt | None = Field(None, description="说明，如问过谁、为什么未定")


class Limit(Sourced):
    under: Raw = Field(None, alias="读法", description="只在这样读时才有这一项：{读法的名称: 选项}，见 readings.yaml")
    amount: Code | None = Field(None, description="封顶金额：表达式，如 认证单项上限；与 count 只写一个")
    count: Code | None = Field(None, description="件数上限：表达式；与 amount 只写一个")
    keep: Literal["highest", "first"] | None = Field(None, description="件数上限必写：highest 留金额高的，first 留在前的")
    per: Txt | None = Field(None, description="必写，按什么封顶：变量名（每件）、申报年度、企业、本次申报，或明细的一栏、一个算式，如 year of(证书.发证日)")
    counting: Raw = Field(None, description="以往所获占不占上限：已获支持（可加筛选），或 {不计以往: 理由, clause: 条款}；per 是企业、年度、项目的必须写")
    by: Code | None = Field(None, description="keep: first 按什么次序：日期或数量，如 证书.发证日；不写就按每条的编号")
    label: Txt | None = Field(None, description="显示名")


class Ignoring(Sourced):
    """A cap that what was received before does not count against: why, and where that stands."""

    reason: Txt = Field(alias="不计以往", description="为什么以往所获不占这个上限")


Direction = Literal["down", "half down", "half even", "half up", "up"]
_DIRECTIONS = "down 舍去、half up 四舍五入、half even 四舍六入五成双、half down 过半进位（恰好一半舍去）、up 进位"


class Rounding(Entry):
    to: Txt = Field(description="取整到哪一位：分、角、元、十元、百元、千元、万元")
    direction: Direction = Field(description=_DIRECTIONS)
    per: Literal["measure", "record"] = Field("measure", description="measure 合计后取整；record 逐条取整再相加")


class Cents(Sourced):
    """The rounding to the 分 of every measure of a rulebook; of each record's amount where it says so."""

    to: Literal["分"] = Field("分", description="取整到分，只能写 分")
    direction: Direction = Field("half up", description=_DIRECTIONS)
    per: Literal["measure", "record"] = Field("measure", description="measure 合计后取整；record 逐条取整再相加")


class Discretion(Entry):
    start: Code | None = Field(None, alias="from", description="酌定范围的下限：表达式，可不写")
    to: Code = Field(description="酌定范围的上限：表达式")


class Instalment(Entry):
    under: Raw = Field(None, alias="读法", description="只在这样读时才有这一项：{读法的名称: 选项}，见 readings.yaml")
    share: Code = Field(description="这一期的比例：表达式，一般是一个标准的名称；各期合计须是 100%")
    label: Txt = Field(description="这一期的名称，如 首期")
    when: Code | None = Field(None, description="这一期的条件：表达式")
    due: Txt | None = Field(None, description="什么时候付：文字")


class Award(Entry):
    amount: Code | None = Field(None, description="定额，应得：表达式；支持方式只写一种")
    up_to: Code | None = Field(None, alias="up to", description="不超过：按实际费用的上限，或由部门在其内核定；表达式，如 证书.合格费用 * 认证补助比例")
    discretion: Discretion | None = Field(None, description="在范围内酌定：{from: 表达式, to: 表达式}")
    relief: Txt | None = Field(None, description="税费减免：文字，没有金额")
    service: Txt | None = Field(None, description="服务事项：文字，没有金额")
    recommendation: Txt | None = Field(None, description="推荐：文字，没有金额")
    rate: Code | None = Field(None, description="减免的税率等：表达式，随文字印出")
    kind: Literal["grant", "interest"] | None = Field(None, description="grant 补助（不写就是它）或 interest 贴息")
    label: Txt | None = Field(None, description="显示名")
    quote: Txt | None = Field(None, description="所依据的资料里的几个字，不超过 30 字，如 给予不超过…50%的补助；rules check --sources 拿它对资料")
    lines: Raw = Field(None, description="计算步骤，名称: 表达式，依次印出")


class Funding(Entry):
    under: Raw = Field(None, alias="读法", description="只在这样读时才有这一项：{读法的名称: 选项}，见 readings.yaml")
    by: Txt = Field(description="哪一级承担，如 市级")
    share: Code = Field(description="承担的比例：表达式，一般是一个标准的名称；各份合计须是 100%")


class Scheme(Entry):
    under: Raw = Field(None, alias="读法", description="只在这样读时才有这一项：{读法的名称: 选项}，见 readings.yaml")
    document: Txt = Field(description="方案出自哪份文件（必写）：documents.yaml 的 id")
    clause: Many = Field([], description="依据条款，一条或几条：clauses.yaml 的 id")
    when: Raw = Field(None, description="条件，一项一条，名称: 表达式；可用 all、any、not 嵌套")
    unless: Raw = Field(None, description="不予支持的情形，一项一条，名称: 表达式；有一条满足就不支持")
    award: Award | None = Field(None, description="支持方式；事项有方案的写在方案里")
    limits: list[Limit] = Field([], description="封顶，一项一条")
    floor: Code | None = Field(None, description="起付线：表达式；不足不支持")
    rounding: Rounding | None = Field(None, description="这一事项自己的取整，如 {to: 元, direction: down}；不写就按规则库的，到分")
    pay: list[Instalment] = Field([], description="分期，一期一项")
    funded: list[Funding] = Field([], description="资金分担，各级一项")
    obligations: Raw = Field(None, description="受支持后的义务：文字，或 {text: 文字, term: 期限, from: 起算, returns: 违反的后果}")
    evidence: Raw = Field(None, description="材料：文字，或 {text: 文字, when: 表达式}")
    readings: list[Reading] = Field([], description="读法：条文有疑问时怎样取")
    note: Txt | None = Field(None, description="说明，印给人看")


class Measure(Entry):
    id: Txt = Field(description="事项的编号，如 certification.international；与资格共用一套，不能相同")
    title: Txt = Field(description="事项的名称，如 国际资质认证支持")
    family: Txt | None = Field(None, description="类别，如 认证")
    clause: Many = Field(description="依据条款，一条或几条：clauses.yaml 的 id")
    document: Txt | None = Field(None, description="出自哪份文件：documents.yaml 的 id；不写取条款的文件")
    letter: Letter | None = Field(None, description="资料可靠程度，覆盖文件的：A 全文、B 原文节选、C 转述、M 凭记忆（须写 basis: 假定）")
    cut: Flag = Field(False, description="是：资料在关键处中断，按待核")
    basis: Standing | None = Field(None, description="手写的依据状态，只能是 假定 或 未定；其余由文件推出，不写")
    channel: Many = Field([], description="资金渠道，一个或几个")
    relies_on: Many = Field([], alias="relies on", description="依据的上级文件，一份或几份；它失效时提醒")
    governed_by: Code | None = Field(None, alias="governed by", description="适用日期：一个日期的表达式，可以是明细里的日期（逐条适用）；不写是审核日期")
    start: Day | None = Field(None, alias="from", description="事项自己的有效期从哪天起，如 2022-01-01；早于文件施行日就是追溯；不写就是文件的")
    end: Day | None = Field(None, alias="to", description="事项自己的有效期到哪天为止（含）；不写就是文件的")
    window: Code | None = Field(None, description="受理期的判断：表达式，或 日期 in 每年4月1日至5月31日；不满足是“不在受理期”")
    each: Code | None = Field(None, description="逐条判断、逐条计算：变量 in 明细，如 证书 in 资质认证")
    when: Raw = Field(None, description="条件，一项一条，名称: 表达式；可用 all、any、not 嵌套")
    unless: Raw = Field(None, description="不予支持的情形，一项一条，名称: 表达式；有一条满足就不支持")
    schemes: dict[str, Scheme] = Field({}, description="参照方案，名称: 一套完整的办法；缺省用第一个")
    award: Award | None = Field(None, description="支持方式；事项有方案的写在方案里")
    limits: list[Limit] = Field([], description="封顶，一项一条")
    counting: Raw = Field(
        None,
        description="逐条的事项：同一条以往已获的占不占这一条的数额：已获支持（扣除，可加筛选），或 {不计以往: 理由, clause: 条款}；不写，遇到同一条的照算并提醒，不列入公示",
    )
    reductions: Raw = Field(None, description="减额：有这种情形的减按几成，一项一条，名称: 表达式，另写 share 比例；金额封顶之后才减的写 applies: after limits")
    difference: Raw = Field(None, description="补足差额，扣去这笔金额：表达式，或 {amount: 表达式, label: 名称}")
    population: Raw = Field(None, description="要汇总才能定的：{budget: 总额, by: 比例/次序} 或 {places: 名额, by: 指标}；只印说明，测算是核减前的")
    floor: Code | None = Field(None, description="起付线：表达式；不足不支持")
    rounding: Rounding | None = Field(None, description="这一事项自己的取整，如 {to: 元, direction: down}；不写就按规则库的，到分")
    pay: list[Instalment] = Field([], description="分期，一期一项")
    funded: list[Funding] = Field([], description="资金分担，各级一项")
    obligations: Raw = Field(None, description="受支持后的义务：文字，或 {text: 文字, term: 期限, from: 起算, returns: 违反的后果}")
    evidence: Raw = Field(None, description="材料：文字，或 {text: 文字, when: 表达式}")
    departments: Departments | None = Field(None, description="部门：lead 牵头、with 配合；不写用条款的")
    readings: list[Reading] = Field([], description="读法：条文有疑问时怎样取")
    incomplete: Many = Field([], description="还没读到的条款：clauses.yaml 的 id；有它就不会说“符合”")
    hint: Flag = Field(False, description="是：由税务、银行等办理，只提示，不计入合计")
    fairness: Txt | None = Field(None, description="公平竞争审查提示")
    note: Txt | None = Field(None, description="说明，印给人看")


class Shared(Entry):
    """What many measures have in common: each row is applied to those it names, as if it stood there."""

    when: Raw = Field(None, description="共用的条件，一项一条，名称: 表达式；写法同事项的 when，另写 for、except、on 和出处")
    unless: Raw = Field(None, description="共用的不予支持情形，写法同 when")
    window: Raw = Field(None, description="共用的受理期，名称: 判断，如 受理期: 申报日 in 每年4月1日至5月31日")
    obligations: Raw = Field(None, description="共用的义务，写法同事项的 obligations：{text: 文字, …}，另写 for、except 和出处")
    reductions: Raw = Field(None, description="共用的减额，写法同事项的 reductions，另写 for、except、on 和出处")
    note: Txt | None = Field(None, description="说明")


class Applied(Sourced):
    """The keys of a row of `shared.yaml` beside those of what it is."""

    to: Many = Field(alias="for", description="加在哪些事项上（必写）：all 全部，或类别、事项编号，一个或几个")
    but: Many = Field([], alias="except", description="其中哪些不加：类别、事项编号")
    on: Txt | None = Field(None, description="明细的名称：逐条判断，表达式里直接写同一条的栏名；只能加在逐条申报这类明细的事项上")


class Group(Sourced):
    """Stacking: what a set of measures does to each other."""

    under: Raw = Field(None, alias="读法", description="只在这样读时才有这一项：{读法的名称: 选项}，见 readings.yaml")
    id: Txt = Field(description="叠加规则的编号，如 exclusive")
    title: Txt = Field(description="叠加规则的名称")
    rule: Literal["highest", "choose", "cap", "order", "cumulate"] = Field(
        description="highest 就高不重复、choose 择一申报、cap 合计封顶、order 先后次序、cumulate 可以叠加"
    )
    members: Many = Field(description="各事项的编号，次序有意义")
    per: Txt = Field(description="按什么：企业、申报年度；highest、order 还可以 人、项目 等")
    key: Txt | None = Field(None, description="按人、按项目时，各事项明细里标明是谁的那一栏")
    amount: Code | None = Field(None, description="rule 是 cap 的封顶额：表达式")
    counting: Raw = Field(
        None,
        description="以往所获占不占：cap 必须写，写法同封顶的 counting；highest、choose、order 写 已获支持（以往获了其中一项，别的不再给）或 {不计以往: 理由}",
    )


class Order(Entry):
    by: Code = Field(description="按什么排：测算额，或企业数据项的表达式（数量、日期），如 离岸执行额")
    first: Literal["highest", "lowest"] = Field(description="highest 大的（晚的）在前，lowest 小的（早的）在前，如先到先得")


class Pool(Sourced):
    """A rule over all applicants of a round."""

    id: Txt = Field(description="汇总规则的编号，如 certification-budget")
    title: Txt = Field(description="汇总规则的名称，如 认证支持资金总额")
    members: Many = Field(description="管哪些事项，编号，一个或几个；一户的几项相加")
    budget: Code | None = Field(None, description="资金总额：表达式，只用标准，如 认证资金总额；写了就要写 share")
    share: Literal["pro rata", "in order"] | None = Field(None, description="总额怎样分：pro rata 按比例，in order 按次序足额给到用完为止")
    base: Code | None = Field(None, description="按什么的比例：企业数据项的表达式，如 从业人数；不写按测算额")
    order: list[Order] = Field([], description="名次怎样排，前一条相同的看后一条：[{by: 离岸执行额, first: highest}]")
    places: Code | None = Field(None, description="名额：表达式，只用标准，如 奖励名额；只有排在前面的这几名进入")
    ties: Literal["all", "none", "split", "open"] | None = Field(
        None, description="名次相同而容不下的：all 都进、none 都不进、split 余额按比例分（只用于 in order）、open 由人定；有 order 必写"
    )
    edge: Literal["rest", "stop"] | None = Field(None, description="in order 必写，余额不够一户足额的：rest 给余额，stop 不给，排在后面的也不给")
    cap_before: Code | None = Field(None, alias="cap before", description="分之前每户封顶：表达式，只用标准")
    cap_after: Code | None = Field(None, alias="cap after", description="分之后每户封顶：表达式，只用标准；只与 pro rata 同用")
    left_over: Literal["again", "keep"] | None = Field(
        None, alias="left over", description="封顶或测算额用不完的份额：again 在其余各户里再分，直到不再变动；keep 不分；有 base 或 cap after 必写"
    )
    remainder: Literal["largest", "first", "keep"] | None = Field(
        None, description="舍到分以后余下的几分：largest 给舍去最多的（最大余数，一样多而不够分的都不给）、first 给第一名、keep 不分；按比例的必写"
    )


class Progress(Entry):
    label: Txt = Field(description="这个数的名称，如 登记户数")
    total: Code | None = Field(None, alias="sum", description="各户相加：数量的表达式，如 执行额；与 count 只写一个")
    count: Code | None = Field(None, description="数户数：条件的表达式，如 执行额 > 0；数全部的写 全部")


class Target(Sourced):
    id: Txt = Field(description="目标的编号")
    title: Txt = Field(description="目标的名称")
    value: Txt | None = Field(None, description="目标值：文字；写了 progress 的是一个带单位的数，如 10亿美元、超过200家（正好 200 家不算达到）")
    measure: Txt | None = Field(None, description="怎样衡量：文字")
    by: Day | None = Field(None, description="期限：哪一天，如 2027-12-31")
    progress: list[Progress] = Field([], description="在名录上怎样数，一个或几个（口径没有写明的并列）：[{label: 执行额合计, sum: 执行额}]")


AWARD = "{amount: …}（定额）、{up to: …}（不超过）、{discretion: …}（酌定）、{relief: …}（减免）、{service: …}（服务）、{recommendation: …}（推荐），只写一种"
_BRANCH = re.compile(r"[a-z-]+\[.*\]", re.S)
_TYPES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个键",
    "literal_error": "不在可写的词里",
    "string_type": "这里应写文字",
    "list_type": "这里应写清单（每项以 - 开头）",
    "dict_type": "这里应写键值",
    "model_type": "这里应写键值",
    "model_attributes_type": "这里应写键值",
    "int_parsing": "这里应写整数",
    "int_type": "这里应写整数",
    "int_parsing_size": "这里应写 0 到 12 的整数",
    "greater_than_equal": "这里应写 0 到 12 的整数",
    "less_than_equal": "这里应写 0 到 12 的整数",
}


def validate(model: type[M], tree: Any) -> M:
    """The tree as a model; every complaint of pydantic's at its place, in Chinese."""
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise InputError([p for e in error.errors(include_url=False) for p in wide_colons(e.get("input")) or [_problem(model, tree, e)]]) from None


def _problem(model: type[BaseModel], tree: Any, error: Any) -> Problem:
    # pydantic also names the branches of a union it tried: they are no keys of the file
    path = tuple(x for x in error["loc"] if isinstance(x, int) or not _BRANCH.fullmatch(x))
    kind = str(error["type"])
    at = locate(tree, path, key=kind == "extra_forbidden")
    if kind == "missing":
        at = locate(tree, path[:-1])
        return Problem(at, f"缺少“{path[-1]}”", "", f"{path[-1]}: …", f"补上 {path[-1]}", Complaint.MISSING)
    if kind == "extra_forbidden":
        known = list(_keys(model, path[:-1]))
        near = suggestion(str(path[-1]), known)
        return Problem(at, "没有这个键", str(path[-1]), "、".join(known), near or "删去，或核对拼写", Complaint.UNKNOWN_KEY)
    message = _TYPES.get(kind, "写法有误")
    expected = ""
    if kind == "literal_error":
        expected = str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    elif kind == "value_error":
        message = str(error["ctx"]["error"])
    found = error.get("input")
    named = next((str(x) for x in reversed(path) if isinstance(x, str)), "")
    words = expected.split("、") if expected else []
    near = suggestion(found, words) if isinstance(found, str) and words else ""
    if kind == "literal_error":
        expected = listed(words)
        if isinstance(found, str) and (meant := fixed_word(found, words)):
            near = f"写 {named}: {meant}"
    mend = near or ("改成其中一个词" if expected else "照 docs/language.md 里这一项的写法改，或删去")
    if named == "award" and kind in ("model_type", "dict_type", "model_attributes_type"):
        expected, mend = AWARD, "写一种支持方式，如 award: {amount: 标准的名称}"
    code = Complaint.NOT_AN_OPTION if kind == "literal_error" else Complaint.WRONG_SHAPE
    return Problem(at, f"{named}：{message}" if named else message, clip(str(found)) if isinstance(found, str) else "", expected, mend, code)


def _keys(model: type[BaseModel], path: tuple[Any, ...]) -> Iterable[str]:
    """The keys a model takes at a path, for suggestions."""
    current: Any = model
    for step in path:
        if isinstance(step, int) or not (isinstance(current, type) and issubclass(current, BaseModel)):
            continue
        for name, info in current.model_fields.items():
            if step in (name, info.alias):
                current = _inner(info.annotation) or current
                break
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return
    for name, info in current.model_fields.items():
        yield info.alias or name


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if found := _inner(part):
            return found
    return None
