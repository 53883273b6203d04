"""Every planted fault is found, every example is a case the reference confirms, and what is sound is proved."""

from __future__ import annotations

from pathlib import Path

import pytest

import huiqi
from huiqi.scenarios.waivers import mark_of_subject
from huiqi.words import Outcome
from tests.making import invoke, write

from . import planted

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")

from huiqi.proving.claims import Claim, Kind, Status, Why  # noqa: E402
from huiqi.proving.page import as_data, examples, render  # noqa: E402
from huiqi.proving.verify import Report, verify  # noqa: E402


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[huiqi.Rulebook, Report]:
    book, name = planted.book(tmp_path_factory.mktemp("planted"))
    return book, verify(book.compiled, name, seconds=300)


def _claims(report: Report, owner: str, kind: Kind, about: str = "") -> list[Claim]:
    return [c for c in report.claims if c.owner == owner and c.kind is kind and (not about or c.about == about)]


FAULTS = [
    ("ratio", Kind.MEETABLE, ""), ("dates", Kind.MEETABLE, ""), ("months", Kind.MEETABLE, ""), ("records", Kind.MEETABLE, ""),
    ("sums", Kind.MEETABLE, ""), ("every", Kind.MEETABLE, ""), ("barred", Kind.MEETABLE, ""), ("past", Kind.MEETABLE, ""),
    ("all-kinds", Kind.MEETABLE, ""), ("two-kinds", Kind.MEETABLE, ""), ("one-kind", Kind.DECIDES, "条件1"), ("both-ways", Kind.MEETABLE, ""),
    ("above-cap", Kind.MEETABLE, ""), ("said-twice", Kind.DECIDES, "条件2"), ("each-asked", Kind.MEETABLE, ""),
    ("unequal", Kind.TABLE, "缺相等的档"), ("twice", Kind.BANDS, "两行都说的档"), ("together", Kind.MEETABLE, ""),
    ("no-half", Kind.MEETABLE, ""), ("short-month", Kind.MEETABLE, ""), ("made-day", Kind.MEETABLE, ""), ("means", Kind.MEETABLE, ""),
    ("grown", Kind.DECIDES, "条件1"), ("no-holiday", Kind.MEETABLE, ""), ("before-itself", Kind.MEETABLE, ""), ("shrunk", Kind.MEETABLE, ""),
    ("annuity", Kind.DECIDES, "条件1"), ("annuity", Kind.DECIDES, "条件2"), ("counted-idle", Kind.CAP, "够不到的合计"),
    ("redundant", Kind.DECIDES, "条件2"), ("minor", Kind.DECIDES, "条件1"), ("minor", Kind.DECIDES, "条件2"), ("choices", Kind.DECIDES, "条件1"),
    ("term", Kind.DECIDES, "条件2"), ("gap", Kind.TABLE, "缺一分的档"), ("idle-cap", Kind.CAP, "用不上的封顶"), ("never-both", Kind.TOGETHER, ""),
]  # fmt: skip


@pytest.mark.parametrize(("owner", "kind", "about"), FAULTS, ids=[f"{o} {k} {a}" for o, k, a in FAULTS])
def test_a_planted_fault_is_refuted(found: tuple[huiqi.Rulebook, Report], owner: str, kind: Kind, about: str) -> None:
    assert [c.status for c in _claims(found[1], owner, kind, about)] == [Status.REFUTED]


def test_nothing_else_is_refuted(found: tuple[huiqi.Rulebook, Report]) -> None:
    assert {(c.owner, c.kind, c.about) for c in found[1].claims if c.status is Status.REFUTED and c.kind is not Kind.TOGETHER} == {
        f for f in FAULTS if f[1] is not Kind.TOGETHER
    }


def test_a_gap_of_one_minor_unit_has_the_enterprise_that_falls_into_it(found: tuple[huiqi.Rulebook, Report]) -> None:
    (claim,) = _claims(found[1], "gap", Kind.TABLE)
    assert claim.example is not None and claim.example.told.data == {"营收": "100万元"}


def test_two_conditions_of_a_table_that_meet_have_the_enterprise_that_both_speak_of(found: tuple[huiqi.Rulebook, Report]) -> None:
    (claim,) = _claims(found[1], "twice", Kind.BANDS)
    assert claim.example is not None and claim.example.told.data["营收"] == claim.example.told.data["研发"]


def test_conditions_of_a_table_that_leave_nothing_out_and_never_meet_are_proved(found: tuple[huiqi.Rulebook, Report]) -> None:
    assert [(c.kind, c.status) for c in found[1].claims if c.owner == "apart" and c.about == "各算各的档"] == [
        (Kind.TABLE, Status.PROVED), (Kind.BANDS, Status.PROVED),
    ]  # fmt: skip


def test_a_cap_that_only_six_records_reach_is_reached(found: tuple[huiqi.Rulebook, Report]) -> None:
    (claim,) = _claims(found[1], "six", Kind.CAP, "合计")
    assert claim.status is Status.PROVED and claim.example is not None and len(claim.example.told.records["证书"]) == 6


def test_a_holiday_that_makes_five_working_days_twelve_days_has_the_enterprise_that_meets_it(found: tuple[huiqi.Rulebook, Report]) -> None:
    (claim,) = _claims(found[1], "holidays", Kind.MEETABLE)
    assert claim.status is Status.PROVED and claim.example is not None and claim.example.told.data["受理日"][5:7] in ("01", "02", "09")


def test_what_no_year_with_known_holidays_shows_is_left_open_for_the_years_to_come(found: tuple[huiqi.Rulebook, Report]) -> None:
    (claim,) = _claims(found[1], "years-to-come", Kind.MEETABLE)
    assert (claim.status, claim.why) == (Status.OPEN, Why.LOOSE) and claim.detail.startswith("工作日历只有 2004 年至 ")


def test_a_cap_that_four_records_would_reach_but_the_three_earliest_reach_too_is_reached(found: tuple[huiqi.Rulebook, Report]) -> None:
    assert {c.about: c.status for c in _claims(found[1], "counted", Kind.CAP)} == {"三张为限": Status.PROVED, "合计": Status.PROVED}


def test_a_cap_over_the_years_is_reached_by_records_of_two_years_only(found: tuple[huiqi.Rulebook, Report]) -> None:
    yearly, (whole,) = _claims(found[1], "by-year", Kind.CAP, "每年"), _claims(found[1], "by-year", Kind.CAP, "各年合计")
    assert [c.status for c in (*yearly, whole)] == [Status.PROVED, Status.PROVED]
    assert whole.example is not None and len({row["发证日"][:4] for row in whole.example.told.records["证书"]}) == 2


def test_one_cent_more_that_pays_less_is_listed_and_no_finding(found: tuple[huiqi.Rulebook, Report]) -> None:
    claims = _claims(found[1], "slab", Kind.CLIFF)
    assert [(c.about, c.figures[:2], c.finding) for c in claims] == [("营收", ("10万元", "5万元"), False)]


def test_a_figure_nobody_set_leaves_it_open_and_is_no_refutation(found: tuple[huiqi.Rulebook, Report]) -> None:
    (claim,) = _claims(found[1], "unset", Kind.MEETABLE)
    assert (claim.status, claim.why) == (Status.OPEN, Why.UNSET)


def test_a_group_whose_members_never_meet_is_idle_and_one_whose_members_meet_is_not(found: tuple[huiqi.Rulebook, Report]) -> None:
    assert found[1].idle == ("never-both",)


def test_the_sound_measure_is_proved_on_every_question(found: tuple[huiqi.Rulebook, Report]) -> None:
    assert {(x.status, len(x.claims)) for x in found[1].lines if x.owner == "sound"} == {(Status.PROVED, 5)}


def test_every_example_is_a_case_that_is_decided_as_it_expects(found: tuple[huiqi.Rulebook, Report], tmp_path: Path) -> None:
    book, report = found
    texts = examples(report)
    assert len(texts) >= 30
    for name, text in texts.items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        case = huiqi.read_case(path)
        decision = book.decide(case, on=case.on, reasoner="reference")
        assert case.expected
        for owner, expected in case.expected.items():
            assert Outcome(decision.measures[owner].outcome).label == expected["结论"], name


def test_the_same_question_ends_the_same_way_twice(found: tuple[huiqi.Rulebook, Report], tmp_path: Path) -> None:
    book, name = planted.book(tmp_path)
    again = verify(book.compiled, name, seconds=300)

    def without_places(report: Report) -> list[tuple[object, ...]]:
        return [(c.kind, c.owner, c.about, c.status, c.why, c.example and (c.example.on, c.example.told), c.figures) for c in report.claims]

    assert without_places(again) == without_places(found[1])


def test_the_page_and_the_data_list_every_measure_with_its_state(found: tuple[huiqi.Rulebook, Report]) -> None:
    page, data = render(found[1]), as_data(found[1])
    assert all(m.id in page for m in found[0].measures.values())
    assert {m["id"] for m in data["measures"]} == set(found[0].measures) and data["wrong"] is True


def test_without_time_everything_is_not_proved_and_that_is_a_finding(found: tuple[huiqi.Rulebook, Report], tmp_path: Path) -> None:
    book, name = planted.book(tmp_path)
    report = verify(book.compiled, name, seconds=1e-9)
    assert {c.why for c in report.claims if c.status is Status.OPEN} == {Why.NO_TIME}
    assert not any(c.status is Status.PROVED for c in report.claims) and report.too_many_open and report.wrong


def test_the_command_ends_with_one_where_a_finding_stands_and_writes_the_examples(tmp_path: Path) -> None:
    name = planted.folder(str(tmp_path))
    result = invoke("rules", "verify", name, "--measure", "gap", "-o", str(tmp_path / "out"))
    assert result.exit_code == 1 and "够条件而标准表“缺一分的档”里没有一行" in result.stdout
    assert any(p.name.startswith("") and "缺一分的档" in p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir())


def test_the_command_ends_with_nought_where_all_is_proved(tmp_path: Path) -> None:
    result = invoke("rules", "verify", planted.folder(str(tmp_path)), "--measure", "sound")
    assert result.exit_code == 0 and "已证明  sound" in result.stdout


def test_an_unknown_measure_is_a_wrong_call(tmp_path: Path) -> None:
    result = invoke("rules", "verify", planted.folder(str(tmp_path)), "--measure", "nought")
    assert result.exit_code == 2 and "没有支持事项“nought”" in result.stderr


def test_an_excused_condition_is_shown_with_its_reason_and_is_no_finding(tmp_path: Path) -> None:
    name = planted.folder(str(tmp_path))
    features = Path(name).parent / "features"
    features.mkdir(exist_ok=True)
    waiver = '- 理由: 条文照抄\n  负责: 某人\n  到期: 2099-12-31\n  列举:\n    "made/redundant: 条件2": {}\n'
    mark = mark_of_subject(huiqi.load(name).compiled, "redundant") or ""
    (features / "undecidable.yaml").write_text(waiver.format(mark), encoding="utf-8")
    result = invoke("rules", "verify", name, "--measure", "redundant")
    assert result.exit_code == 0 and "已说明：条文照抄" in result.stdout
    (features / "undecidable.yaml").write_text(waiver.format("0" * len(mark)), encoding="utf-8")  # of another wording: it excuses nothing
    assert invoke("rules", "verify", name, "--measure", "redundant").exit_code == 1


def test_a_table_without_a_row_under_one_scheme_is_found(tmp_path: Path) -> None:
    """Of a table with rows of two documents a scheme sees its own only: a gap that no check of the table alone can see."""
    files = planted.files()
    files["tables"] = (
        "两地的档:\n  id: two\n  match: first\n  inputs: [{name: 营收, kind: money, unit: 元}]\n  kind: money\n  unit: 元\n  rows:\n"
        '    - {when: "< 500万元", value: 5万元, document: d}\n    - {when: ">= 500万元", value: 8万元, document: gone}\n'
    )
    files["stacking"] = "[]\n"
    files["measures"] = (
        "- id: two\n  title: 两地\n  clause: 办法·1\n  when:\n    - 够: 营收 >= 百万\n  schemes:\n"
        "    甲:\n      document: d\n      award: {amount: 两地的档(营收)}\n"
    )
    book = huiqi.load(write(tmp_path / "two", **files))
    (claim,) = _claims(verify(book.compiled, str(tmp_path / "two"), seconds=60), "two", Kind.TABLE)
    assert claim.status is Status.REFUTED and claim.example is not None
